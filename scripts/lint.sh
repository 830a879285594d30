#!/usr/bin/env bash
# Formatting, lints and dependency rules. Goes through all of them and ends with 1
# when one found something.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.tools/bin:$PATH:$HOME/.cargo/bin"

failed=()
skipped=()

check() { # check "name" COMMAND…
    local name="$1"
    shift
    printf '\n==> %s\n' "$name"
    "$@" || failed+=("$name")
}

skip() { # skip "name" "why": says so here and at the end
    printf '\n==> %s: SKIPPED, %s\n' "$1" "$2"
    skipped+=("$1 ($2)")
}

# Crates that must not be linked: one crypto provider, one TLS, one SQLite.
# deny.toml says the same to cargo-deny; this needs nothing but cargo.
forbidden_crates() {
    local tree found
    tree="$(cargo tree --locked --workspace --edges normal,build --prefix none --no-dedupe)" || return 1
    found="$(grep -oE '^(ring|openssl|openssl-sys|native-tls|sqlx|sqlx-core|sqlite3-sys) v[^ ]+' <<<"$tree" | sort -u)" || return 0
    printf 'in the build, but must not be:\n%s\n' "$found"
    return 1
}

web_lint() { (cd web && npm run lint && npm run typecheck); }

scripts/setup.sh demo || exit 1
check "formatting" cargo fmt --all --check
check "clippy" cargo clippy --locked --workspace --all-targets --no-deps -- -D warnings
check "forbidden crates" forbidden_crates
if command -v cargo-deny >/dev/null; then
    check "licences, banned crates and sources" cargo deny --locked check --hide-inclusion-graph licenses bans sources
    if timeout 120 cargo deny --locked fetch db >/dev/null 2>&1; then
        check "advisories" cargo deny --locked check --hide-inclusion-graph advisories
    else
        skip "advisories" "their database cannot be fetched from here"
    fi
else
    skip "licences, banned crates, sources and advisories" "cargo-deny is not installed: cargo install --locked cargo-deny"
fi
check "web page: packages" make web/node_modules/.installed
check "web page: eslint and types" web_lint
if command -v shellcheck >/dev/null; then
    check "shell scripts" shellcheck scripts/*.sh .ci/run
else
    skip "shell scripts" "shellcheck is not installed"
fi

for entry in "${skipped[@]:+${skipped[@]}}"; do
    echo "SKIPPED: $entry"
done

if [ ${#failed[@]} -gt 0 ]; then
    printf -v joined '%s, ' "${failed[@]}"
    echo "FAILED: ${joined%, }"
    exit 1
fi
echo "No findings."
