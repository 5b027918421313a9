#!/usr/bin/env bash
# Makes the virtual environment: every package pinned, every file checked by its hash.
# `make setup` runs it. PYTHON=… chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1

supported() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if supported "$name"; then echo "$name"; return; fi
    done
    echo "Folio needs Python 3.11 or newer. Install it, or name it: make setup PYTHON=/path/to/python3" >&2
    return 1
}

if ! supported "$venv/bin/python"; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "This Python cannot make virtual environments." >&2
        echo "On Debian or Ubuntu: sudo apt-get install python$version-venv, then make setup again." >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version)."
    "$python" -m venv --clear "$venv"
fi

pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
echo "Installing requirements/dev.txt (about a minute the first time)."
"${pip[@]}" install --quiet --require-hashes -r requirements/dev.txt
PYTHONWARNINGS=ignore "${pip[@]}" install --quiet --no-deps --no-build-isolation --editable .
