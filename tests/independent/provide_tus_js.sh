#!/usr/bin/env bash
# Sees to node and tus-js-client for the tests with a client that is none of ours.
# Without them those tests are skipped, but with CI=true that is a failure.
set -u
cd "$(dirname "$0")/../.."

found() { .venv/bin/python -m tests.independent.tus_js "$@" >/dev/null 2>&1; }

root=()
may_be_root() {
    [ "$(id -u)" -eq 0 ] && return
    root=(sudo -n)  # never ask for a password in the middle of `make test`
    sudo -n true 2>/dev/null
}

node_from_debian() {
    command -v apt-get >/dev/null && may_be_root || return
    echo "Installing the system's node and npm for the tests with tus-js-client."
    ${root[@]+"${root[@]}"} apt-get update -qq </dev/null &&
        ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends nodejs npm </dev/null >/dev/null
}

if found; then exit 0; fi
command -v npm >/dev/null || node_from_debian
if found fetch; then exit 0; fi

echo "tus-js-client could not be had: the tests with it will be skipped." >&2
echo "Install node and npm and run make test again." >&2
[ "${CI:-}" != true ]
