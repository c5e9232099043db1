#!/usr/bin/env bash
# Brings the verifiers of others that tests/outside asks: Go with golang.org/x/mod as Debian ships
# them, and @sigstore/verify; and the browser of tests/journeys. Does nothing where they are. What cannot be installed here is said;
# whether that fails the tests or is counted as not run, the tests decide.
set -uo pipefail
cd "$(dirname "$0")/../.."
tools=var/outside
mkdir -p "$tools"

# --- Go: only Debian's own packages, nothing fetched by Go itself
x_mod=/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog
if ! command -v go >/dev/null || [ ! -d "$x_mod" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Go and golang.org/x/mod (a minute or so) ..."
        apt-get update -qq >"$tools/apt.log" 2>&1
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            golang-go golang-golang-x-mod-dev >>"$tools/apt.log" 2>&1 \
            || echo "Go could not be installed; see $tools/apt.log." >&2
    else
        echo "For the second opinion: apt-get install golang-go golang-golang-x-mod-dev" >&2
    fi
fi
if command -v go >/dev/null && [ -d "$x_mod" ]; then
    if [ ! -x "$tools/verify-go" ] || [ tests/outside/go/main.go -nt "$tools/verify-go" ]; then
        GO111MODULE=off GOFLAGS='' GOPROXY=off GOPATH=/usr/share/gocode \
            GOCACHE="$PWD/$tools/go-cache" go build -o "$tools/verify-go" ./tests/outside/go
    fi
fi

# --- openssl: the timestamp authority of the tests
if ! command -v openssl >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssl \
            >>"$tools/apt.log" 2>&1 || echo "openssl could not be installed; see $tools/apt.log." >&2
    else
        echo "For the timestamps: apt-get install openssl" >&2
    fi
fi

# --- Chromium: the browser of tests/journeys, as Debian ships it; either form will do
if [ ! -x /usr/bin/chromium-headless-shell ] && [ ! -x /usr/bin/chromium ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Chromium (a minute or so) ..."
        apt-get update -qq >>"$tools/apt.log" 2>&1
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            chromium-headless-shell \
            >>"$tools/apt.log" 2>&1 || echo "Chromium could not be installed; see $tools/apt.log." >&2
    else
        echo "For the journeys: apt-get install chromium-headless-shell" >&2
    fi
fi

# --- Node: the versions and hashes of package-lock.json, no install scripts
if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Node (a minute or so) ..."
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        nodejs npm >>"$tools/apt.log" 2>&1 || echo "Node could not be installed; see $tools/apt.log." >&2
fi
sum=$(cksum <tests/outside/node/package-lock.json)
if command -v npm >/dev/null && [ "$(cat "$tools/node/stamp" 2>/dev/null)" != "$sum" ]; then
    mkdir -p "$tools/node"
    cp tests/outside/node/package.json tests/outside/node/package-lock.json "$tools/node/"
    npm ci --prefix "$tools/node" --cache "$tools/npm-cache" --ignore-scripts --no-audit --no-fund \
        >"$tools/npm.log" 2>&1 && echo "$sum" >"$tools/node/stamp" \
        || echo "@sigstore/verify could not be installed; see $tools/npm.log." >&2
fi
exit 0
