#!/bin/sh
# Print the path of a Python interpreter: sh requirements/python.sh 3.10 [3.11 …]
# Looks at PATH, pyenv, then uv (which fetches one). The first version found wins.
set -u

usable() { # a pyenv shim exists for versions that are not installed, so run it
    "$1" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" 2>/dev/null
}

installed() {
    for candidate in "python$1" python3 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1"*/bin/python; do
        path=$(command -v "$candidate" 2>/dev/null) || continue
        usable "$path" "$1" && echo "$path" && return 0
    done
    return 1
}

uv_command() {
    command -v uv && return 0
    [ -x var/tools/uv/bin/uv ] && echo var/tools/uv/bin/uv && return 0
    echo "Python $1 is not here: asking uv to fetch it" >&2
    python3 -m venv var/tools/uv >/dev/null 2>&1 &&
        var/tools/uv/bin/pip install -q uv >/dev/null 2>&1 && echo var/tools/uv/bin/uv
}

for version in "$@"; do
    installed "$version" && exit 0
done
for version in "$@"; do
    uv=$(uv_command "$version") || continue
    "$uv" python install -q "$version" >/dev/null 2>&1 || continue
    path=$("$uv" python find "$version" 2>/dev/null) && usable "$path" "$version" &&
        echo "$path" && exit 0
done
echo "Python $1 was not found and could not be fetched: install it with" \
    "'pyenv install $1' or 'uv python install $1', then run this again." >&2
exit 1
