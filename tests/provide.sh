#!/usr/bin/env bash
# Sees to what the tests need beside Python: a Chromium, node with tus-js-client, and the outside
# judges of the report (poppler, qpdf). `tests/provide.sh browser` sees to one of them alone.
# Installs only where nobody has to be asked: apt as root or with sudo that asks no password, brew.
# What could not be had is one line at the end, and the tests with it are skipped; with CI=true that
# is a failure.
set -u
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive

as_root=()
has_apt() {
    command -v apt-get >/dev/null || return
    [ "$(id -u)" -eq 0 ] && return
    as_root=(sudo -n)
    sudo -n true 2>/dev/null
}

lists_are_fresh=
from_debian() {
    has_apt || return
    [ -n "$lists_are_fresh" ] || ${as_root[@]+"${as_root[@]}"} apt-get update -qq </dev/null
    lists_are_fresh=yes
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

from_brew() { command -v brew >/dev/null && HOMEBREW_NO_AUTO_UPDATE=1 brew install --quiet "$@" </dev/null; }

announce() { echo "Installing $1 for the tests."; }

judges_found() { command -v pdftotext >/dev/null && command -v pdfinfo >/dev/null && command -v qpdf >/dev/null; }
provide_judges() {
    judges_found && return
    announce "poppler and qpdf, which judge the report,"
    from_debian poppler-utils qpdf || from_brew poppler qpdf
    judges_found
}

browser_found() { .venv/bin/python -m tests.browser.chromium >/dev/null; }
provide_browser() {
    browser_found && return
    announce "a Chromium"
    local package deps=()
    for package in chromium-headless-shell chromium; do
        from_debian "$package" && browser_found && return
    done
    [ "$(id -u)" -eq 0 ] && deps=(--with-deps)
    .venv/bin/playwright install ${deps[@]+"${deps[@]}"} chromium </dev/null
    browser_found
}

tus_found() { .venv/bin/python -m tests.independent.tus_js "$@" >/dev/null 2>&1; }
provide_tus() {
    tus_found && return
    announce "node and tus-js-client"
    command -v npm >/dev/null || from_debian nodejs npm || from_brew node
    tus_found fetch
}

unproved=()
for part in "${@:-judges browser tus}"; do
    for one in $part; do
        case "$one" in
            judges) provide_judges || unproved+=("what poppler and qpdf say of the report (install poppler-utils and qpdf)") ;;
            browser) provide_browser || unproved+=("the journeys in a browser (install Chromium or Chrome, or name it in FOLIO_BROWSER)") ;;
            tus) provide_tus || unproved+=("uploads by tus-js-client (install node and npm)") ;;
            *) echo "tests/provide.sh knows judges, browser and tus, not $one." >&2; exit 2 ;;
        esac
    done
done

[ ${#unproved[@]} -eq 0 ] && exit 0
printf -v line '%s; ' "${unproved[@]}"
echo "Not proved on this machine: ${line%; }." >&2
[ "${CI:-}" != true ]
