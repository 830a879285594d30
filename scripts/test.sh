#!/usr/bin/env bash
# Runs the tests and says at the end, in one line, what failed.
#
#   scripts/test.sh all             set-up, then web, rust and e2e
#   scripts/test.sh web             the page's unit tests
#   scripts/test.sh rust [FILTER…]  the crates' tests on both engines
#   scripts/test.sh e2e             the page in Chromium against a server
#   scripts/test.sh properties [FILTER…]  the same as rust, without a limit on a test's time
#   scripts/test.sh fuzz SECONDS    hostile input for every parser: docs/fuzzing.md
#   scripts/test.sh torture [ARG…]  cargo xtask torture: kills the server, breaks its disk
#
# One build of the workspace serves the tests and the server that the browser tests
# start. It uses cargo's dev profile, or the ci profile (no debug information, not
# incremental: smaller and faster when nothing is kept) when CI=true.
# cargo-nextest is used when it is installed and plain cargo test otherwise.
# Tests that need PostgreSQL get DATABASE_URL from the caller or from pg-temp.sh.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.tools/bin:$PATH:$HOME/.cargo/bin"

target="${CARGO_TARGET_DIR:-target}"
case "$target" in
/*) ;;
*) target="$PWD/$target" ;;
esac
if [ "${CI:-}" = true ]; then
    cargo_profile=ci
    profile_dir="$target/ci"
    nextest_profile=ci
else
    cargo_profile=dev
    profile_dir="$target/debug"
    nextest_profile=default
fi

have_nextest() { command -v cargo-nextest >/dev/null 2>&1; }

started=$SECONDS
failed=()
passed=()

step() { # step "name" COMMAND… : runs it, remembers what became of it
    local name="$1" begun=$SECONDS status=0
    shift
    printf '\n==> %s\n' "$name"
    "$@" || status=$?
    if [ "$status" = 0 ]; then
        passed+=("$name ($((SECONDS - begun)) s)")
    else
        failed+=("$name (exit $status after $((SECONDS - begun)) s)")
    fi
    [ "$status" -lt 129 ] || finish # interrupted: do not begin the next step
    return "$status"
}

finish() {
    local entry
    printf '\n==> summary after %d s\n' "$((SECONDS - started))"
    for entry in "${passed[@]:+${passed[@]}}"; do
        echo "    ok      $entry"
    done
    for entry in "${failed[@]:+${failed[@]}}"; do
        echo "    FAILED  $entry"
    done
    if [ ${#failed[@]} -gt 0 ]; then
        local joined
        printf -v joined '%s; ' "${failed[@]}"
        echo "FAILED: ${joined%; }"
        exit 1
    fi
    echo "All tests passed."
    exit 0
}

# The library, the binaries and the tests in one resolution of features, so that
# nothing is compiled twice.
build_workspace() {
    cargo build --locked --workspace --lib --bins --tests --profile "$cargo_profile"
}

run_rust() {
    if have_nextest; then
        scripts/pg-temp.sh with -- cargo nextest run --locked --workspace --lib --bins --tests \
            --cargo-profile "$cargo_profile" --profile "$nextest_profile" "$@"
    else
        scripts/pg-temp.sh with -- cargo test --locked --workspace --lib --bins --tests \
            --profile "$cargo_profile" --no-fail-fast -- "$@"
    fi
}

run_doc() {
    cargo test --locked --workspace --doc --profile "$cargo_profile"
}

run_web() { (cd web && npm test); }

run_e2e() {
    local chromium
    chromium="$(scripts/chromium.sh)" || return
    CHROMIUM="$chromium" KEDUN_BIN="$profile_dir/kedun" scripts/pg-temp.sh with -- npm --prefix web run e2e
}

what="${1:-all}"
[ $# -gt 0 ] && shift
case "$what" in
all)
    step "set-up" scripts/setup.sh test || finish
    step "web page: build" make web || finish
    step "web page: unit tests" run_web
    if step "crates: build ($cargo_profile)" build_workspace; then
        step "crates: tests on SQLite and PostgreSQL" run_rust
        step "crates: documentation tests" run_doc
        step "browser: the page against the server" run_e2e
    fi
    ;;
web)
    step "set-up" scripts/setup.sh demo || finish
    step "web page: packages" make web/node_modules/.installed || finish
    step "web page: unit tests" run_web
    ;;
rust | properties)
    [ "$what" = rust ] || nextest_profile=long
    step "set-up" scripts/setup.sh test || finish
    step "crates: build ($cargo_profile)" build_workspace || finish
    step "crates: tests on SQLite and PostgreSQL" run_rust "$@"
    ;;
e2e)
    step "set-up" scripts/setup.sh test || finish
    step "web page: build" make web || finish
    step "crates: build ($cargo_profile)" build_workspace || finish
    step "browser: the page against the server" run_e2e
    ;;
fuzz)
    step "set-up" scripts/setup.sh demo || finish
    step "hostile input" cargo run --locked --quiet --package kedun-fuzz -- run --seconds "${1:-300}"
    ;;
torture)
    step "set-up" scripts/setup.sh torture || finish
    step "torture" cargo xtask torture "$@"
    ;;
*)
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
    ;;
esac
finish
