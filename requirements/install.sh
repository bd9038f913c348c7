#!/bin/sh
# Make one environment from its lock: sh requirements/install.sh FOLDER LOCK PYTHON [PYTHON …]
# Does nothing when the folder was made from this very lock.
set -u
folder=$1 lock=$2
shift 2
mark="$folder/.installed"
wanted=$(cksum <"$lock")
[ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ] && exit 0

python=$(sh requirements/python.sh "$@") || exit 1
mkdir -p var/log
log="var/log/install-$(basename "$lock" .lock).log"
echo "[$folder] installing $(grep -c == "$lock") packages with $("$python" -V) (log: $log)"
# Half an environment is worse than none: without the mark, start afresh.
rm -rf "$folder"
"$python" -m venv "$folder" || exit 1
"$folder/bin/python" -m pip install --disable-pip-version-check -r "$lock" >"$log" 2>&1 &
pip=$!
trap 'kill $pip 2>/dev/null' INT TERM
seconds=0
while kill -0 $pip 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    [ $((seconds % 15)) -eq 0 ] &&
        echo "[$folder] ${seconds} s: $(grep -c -E '^(Collecting|Requirement|Installing)' "$log") packages seen"
done
if ! wait $pip; then
    echo "[$folder] could not be installed: $(grep -i -m1 error "$log")" >&2
    exit 1
fi
echo "$wanted" >"$mark"
echo "[$folder] ready after ${seconds} s"
