#!/usr/bin/env bash
# Sees to a Chromium for the browser tests; tests/browser/chromium.py finds it.
# Without one those tests are skipped, but with CI=true that is a failure.
set -u
cd "$(dirname "$0")/../.."

found() { .venv/bin/python -m tests.browser.chromium >/dev/null; }

root=()
may_be_root() {
    [ "$(id -u)" -eq 0 ] && return
    root=(sudo -n)  # never ask for a password in the middle of `make test`
    sudo -n true 2>/dev/null
}

from_debian() {
    command -v apt-get >/dev/null && may_be_root || return
    echo "Installing the system's Chromium for the browser tests."
    ${root[@]+"${root[@]}"} apt-get update -qq </dev/null || return
    local package
    for package in chromium-headless-shell chromium; do
        ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null &&
            found && return
    done
    return 1
}

from_playwright() {
    echo "Installing Playwright's Chromium for the browser tests."
    local deps=()
    [ "$(id -u)" -eq 0 ] && deps=(--with-deps)
    .venv/bin/playwright install ${deps[@]+"${deps[@]}"} chromium </dev/null && found
}

if found || from_debian || from_playwright; then exit 0; fi

echo "No Chromium could be had: the browser tests will be skipped." >&2
echo "Install Chromium or Chrome, or set FOLIO_BROWSER to its path, and run make test again." >&2
[ "${CI:-}" != true ]
