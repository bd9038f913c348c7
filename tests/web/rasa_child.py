"""A small program in Rasa's place for tests of the pool: serves the gateway's health question.

Usage: rasa_child.py PORT MODEL [hang FILE]: with `hang`, it stops answering once FILE exists.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

port, model, hang = int(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[4:]]


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        while any(file.exists() for file in hang):
            time.sleep(0.1)
        right = self.headers["Authorization"] == f"Bearer {os.environ['BOXIAOER_SHARED_SECRET']}"
        self.send_response(200 if right else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "ok", "model": model}).encode())


# Rasa has children of its own, too; they must end with it.
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(f"pid={os.getpid()} child={child.pid}", flush=True)  # noqa: T201
HTTPServer(("127.0.0.1", port), Gateway).serve_forever()
