#!/bin/sh
# Resolve requirements/*.in into lock files, in throw-away environments.
# No hashes: torch's CPU build differs from its CUDA build under the same version.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in web:3.11 rasa:3.10; do
    file=${name%%:*} version=${name##*:}
    "$(sh requirements/python.sh "$version")" -m venv "$work/$file"
    "$work/$file/bin/pip" install -q -r "requirements/$file.in"
    "$work/$file/bin/pip" list --format=freeze | grep -v -E '^(pip|boxiaoer)==' |
        sed 's/+cpu$//' >"requirements/$file.lock"
done
