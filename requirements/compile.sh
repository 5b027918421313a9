#!/usr/bin/env bash
# Pins every dependency, with hashes, for every supported Python and system at once.
# `make requirements` runs it; add --upgrade to take newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."

pin() {  # pin NAME EXTRA…: requirements/NAME.txt
    local name=$1 extras=() extra
    shift
    for extra in "$@"; do extras+=(--extra "$extra"); done
    .venv/bin/uv pip compile pyproject.toml "${extras[@]}" --quiet \
        --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make requirements" \
        --output-file "requirements/$name.txt" ${upgrade[@]+"${upgrade[@]}"}
    echo "requirements/$name.txt"
}

upgrade=("$@")
pin dev dev
# The tablet's and the server's pins are a part of what is developed and tested with.
upgrade=(--constraints requirements/dev.txt)
rm -f requirements/app.txt requirements/server.txt
pin app web
pin server server pg s3
