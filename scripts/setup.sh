#!/usr/bin/env bash
# Installs what building, demonstrating and testing Kedun need and this machine lacks.
#
#   scripts/setup.sh [demo|test|torture]
#
#   demo     what a build with the web page needs (the default)
#   test     the same, and PostgreSQL, Chromium and Chinese fonts
#   torture  the same, and strace
#
# On Debian and its relatives missing packages come from apt-get (through sudo for
# anybody but root). Elsewhere the script names what is missing and ends with 1.
# When nothing is missing it changes nothing and asks nobody.
set -euo pipefail
cd "$(dirname "$0")/.."

level="${1:-demo}"
case "$level" in
demo | test | torture) ;;
*)
    echo "usage: scripts/setup.sh [demo|test|torture]" >&2
    exit 2
    ;;
esac

# What "engines" in web/package.json says: 20.19 and its successors, 22.12 and everything after.
node_wanted="20.19 or newer (of the 22 line, 22.12)"
# What Cargo.toml calls rust-version.
rust_minor=95

tools="$PWD/.tools"
PATH="$tools/bin:$PATH:$HOME/.cargo/bin"

have() { command -v "$1" >/dev/null 2>&1; }

packages=()
needs=()
need() { # need "what it is" package…
    needs+=("$1")
    shift
    packages+=("$@")
}

version_at_least() { # version_at_least 20.19.1 20 19
    local major minor
    IFS=. read -r major minor _ <<<"${1#v}"
    ((major > $2 || (major == $2 && minor >= $3)))
}

node_ok() {
    have node && have npm || return 1
    local version
    version="$(node --version)"
    case "$version" in
    v20.*) version_at_least "$version" 20 19 ;;
    *) version_at_least "$version" 22 12 ;;
    esac
}

any_file() { # any_file glob… : true when one of the already expanded names exists
    local name
    for name in "$@"; do
        [ -e "$name" ] && return 0
    done
    return 1
}

fonts_ok() {
    any_file /usr/share/fonts/opentype/noto/Noto*CJK* /usr/share/fonts/truetype/wqy/* && return 0
    have fc-list && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
}

check_rust() {
    if ! have cargo || ! have rustc; then
        echo "setup: Rust is missing. Install 1.$rust_minor or newer (https://rustup.rs) and put ~/.cargo/bin on the PATH." >&2
        exit 1
    fi
    local version
    version="$(rustc --version | cut -d' ' -f2)"
    if ! version_at_least "$version" 1 "$rust_minor"; then
        echo "setup: Rust $version is too old; Kedun needs 1.$rust_minor (rustup update stable)." >&2
        exit 1
    fi
}

look_for_packages() {
    packages=()
    needs=()
    have cc || need "a C compiler" build-essential
    have make || need "make" build-essential
    have perl || need "perl" perl
    have pkg-config || need "pkg-config" pkg-config
    if ! { have pkg-config && pkg-config --exists openssl 2>/dev/null; }; then
        need "the OpenSSL headers" libssl-dev
    fi
    if have node && have npm; then
        # Too old: a newer one is put beside it, never over it.
        node_ok || need "Node.js $node_wanted"
    else
        need "Node.js $node_wanted, and npm" nodejs npm ca-certificates
    fi
    [ "$level" = demo ] && return 0
    scripts/pg-temp.sh bindir >/dev/null 2>&1 || need "the PostgreSQL server (15 or newer)" postgresql
    scripts/chromium.sh >/dev/null 2>&1 || need "Chromium" chromium
    fonts_ok || need "Chinese fonts (Noto CJK)" fonts-noto-cjk
    [ "$level" = test ] && return 0
    have strace || need "strace" strace
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

say_missing() {
    local thing
    for thing in "${needs[@]}"; do
        echo "  - $thing" >&2
    done
}

install_packages() {
    if ! have apt-get; then
        echo "setup: this machine has no apt-get, so these cannot be installed here; please install them and run again:" >&2
        say_missing
        exit 1
    fi
    if [ "$(id -u)" != 0 ] && ! have sudo; then
        echo "setup: neither root nor sudo. As root, run:  apt-get install ${packages[*]}" >&2
        exit 1
    fi
    echo "setup: installing ${packages[*]}"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

# Debian 12 has Node 18. Its npm then fetches a newer Node, pinned by version and
# hash in scripts/node/package-lock.json, into .tools/ and nowhere else.
install_newer_node() {
    if ! have npm || [ "$(uname -s)" != Linux ]; then
        echo "setup: no Node.js $node_wanted was found. Get one from https://nodejs.org/en/download and run again." >&2
        exit 1
    fi
    echo "setup: Node.js $(node --version) is too old; fetching a newer one into .tools/"
    mkdir -p "$tools/bin"
    cp scripts/node/package.json scripts/node/package-lock.json "$tools/"
    npm ci --prefix "$tools" --ignore-scripts --no-audit --no-fund
    local binary
    for binary in "$tools"/node_modules/node-linux-*/bin/node; do
        [ -x "$binary" ] && ln -sf "$binary" "$tools/bin/node"
    done
    if [ ! -x "$tools/bin/node" ]; then
        echo "setup: there is no ready-made Node.js for $(uname -m). Install $node_wanted (https://nodejs.org/en/download) and run again." >&2
        exit 1
    fi
    ln -sf "$tools/node_modules/npm/bin/npm-cli.js" "$tools/bin/npm"
    ln -sf "$tools/node_modules/npm/bin/npx-cli.js" "$tools/bin/npx"
    hash -r
}

check_rust
look_for_packages
if [ ${#needs[@]} -gt 0 ]; then
    [ ${#packages[@]} -eq 0 ] || install_packages
    node_ok || install_newer_node
    look_for_packages
    if [ ${#needs[@]} -gt 0 ]; then
        echo "setup: still missing after the installation:" >&2
        say_missing
        exit 1
    fi
    echo "setup: done"
fi
