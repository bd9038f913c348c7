"""The fit as a child process of web: `python -m web.jobs.refit`, a line of JSON for each step."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from web.commands.installation import installation
from web.jobs import fit
from web.jobs.child import JobFailed


def main() -> int:
    """Fit everything; 1 when a model could not be fitted."""
    try:
        with installation() as here:
            for line in fit.fit(here.database, here.settings.var, tell=_tell):
                print(line, file=sys.stderr, flush=True)
    except JobFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _tell(progress: fit.Progress) -> None:
    print(json.dumps(asdict(progress), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
