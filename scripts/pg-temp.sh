#!/usr/bin/env bash
# A PostgreSQL cluster of its own in a temporary directory, for tests.
#
#   scripts/pg-temp.sh with [--durable] -- COMMAND…   run COMMAND with DATABASE_URL set, and
#                                                     KEDUN_PG_DIR to the cluster's directory
#   scripts/pg-temp.sh start [--durable]              print an `export DATABASE_URL=…` line
#   scripts/pg-temp.sh stop [DIRECTORY]               end the cluster that `start` made
#   scripts/pg-temp.sh bindir                         print where the server binaries are
#
# `with` uses the DATABASE_URL of the caller when there is one and starts nothing;
# otherwise it ends the cluster and removes its directory whatever becomes of COMMAND.
# The cluster runs as the caller, or as postgres or nobody when the caller is root,
# since PostgreSQL refuses root. It listens on 127.0.0.1 with a random password and
# on a socket inside its directory, which nobody else can open: a superuser without a
# password on a loopback port would hand the account to every other local user.
#
# Nothing is flushed to disk, because the directory does not outlive the tests.
# --durable restores PostgreSQL's own settings, for tests that kill the server.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
state="$here/../target/pg-temp.dir"
minimum=15

die() {
    echo "pg-temp: $*" >&2
    exit 1
}

bindir() {
    local dir best="" best_version=0 version
    for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
        /usr/local/opt/postgresql@*/bin "$(pg_config --bindir 2>/dev/null || true)"; do
        [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && [ -x "$dir/pg_ctl" ] || continue
        version="$("$dir/postgres" --version)"
        version="${version##*PostgreSQL) }"
        version="${version%%[!0-9]*}"
        if [ "${version:-0}" -ge "$minimum" ] && [ "$version" -gt "$best_version" ]; then
            best="$dir"
            best_version="$version"
        fi
    done
    [ -n "$best" ] || die "no PostgreSQL server of version $minimum or newer was found (Debian: apt-get install postgresql)"
    echo "$best"
}

# Runs a command as the user that owns the cluster.
unprivileged() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v runuser >/dev/null; then
        runuser -u "$(cluster_user)" -- "$@"
    else
        local line
        printf -v line '%q ' "$@"
        su -s /bin/bash "$(cluster_user)" -c "$line"
    fi
}

cluster_user() {
    local name
    for name in postgres nobody; do
        if id -u "$name" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    die "PostgreSQL cannot run as root, and neither a postgres nor a nobody account exists"
}

random_hex() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# A port that nobody answers on, below the range the kernel hands out by itself.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

write_configuration() { # write_configuration DIRECTORY DURABLE
    cat >>"$1/data/postgresql.conf" <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$1'
max_connections = 200
max_locks_per_transaction = 256
shared_buffers = '128MB'
max_wal_size = '2GB'
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
EOF
    if [ "$2" = no ]; then
        cat >>"$1/data/postgresql.conf" <<EOF
fsync = off
synchronous_commit = off
full_page_writes = off
EOF
    fi
    cat >"$1/data/pg_hba.conf" <<EOF
local all all              trust
host  all all 127.0.0.1/32 password
EOF
}

# Sets cluster_dir and cluster_url.
cluster_dir=""
cluster_url=""
create() { # create DURABLE
    local bin password attempt port
    bin="$(bindir)"
    cluster_dir="$(mktemp -d "${TMPDIR:-/tmp}/kedun-pg.XXXXXXXX")"
    password="$(random_hex)"
    printf '%s\n' "$password" >"$cluster_dir/password"
    if [ "$(id -u)" = 0 ]; then
        chown -R "$(cluster_user)" "$cluster_dir"
    fi
    cd "$cluster_dir" # a directory that the cluster's user may enter
    unprivileged "$bin/initdb" --pgdata "$cluster_dir/data" --username kedun --pwfile "$cluster_dir/password" \
        --auth-local trust --auth-host password --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions \
        >"$cluster_dir/initdb.log" 2>&1 || {
        cat "$cluster_dir/initdb.log" >&2
        die "initdb failed"
    }
    write_configuration "$cluster_dir" "$1"
    for attempt in 1 2 3 4 5; do
        port="$(free_port)"
        if unprivileged "$bin/pg_ctl" start --pgdata "$cluster_dir/data" --log "$cluster_dir/server.log" \
            --options "-p $port" --timeout 60 --wait --silent >"$cluster_dir/start.log" 2>&1; then
            break
        fi
        if [ "$attempt" = 5 ]; then
            cat "$cluster_dir/start.log" "$cluster_dir/server.log" >&2
            die "the server did not start"
        fi
    done
    unprivileged "$bin/createdb" --host "$cluster_dir" --port "$port" --username kedun kedun
    cluster_url="postgres://kedun:$password@127.0.0.1:$port/kedun"
    cd "$here/.."
}

destroy() { # destroy DIRECTORY
    local dir="$1"
    case "$(basename "$dir")" in
    kedun-pg.*) ;;
    *) die "$dir is not a directory of mine" ;;
    esac
    [ -d "$dir" ] || return 0
    if [ -f "$dir/data/postmaster.pid" ]; then
        (cd "$dir" && unprivileged "$(bindir)/pg_ctl" stop --pgdata "$dir/data" --mode immediate --silent) >/dev/null 2>&1 || true
    fi
    rm -rf "$dir"
}

# Ends the cluster when its owner dies in a way that no trap sees.
guard() { # guard PID DIRECTORY
    while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do
        sleep 1
    done
    destroy "$2"
}

command_name="${1:-}"
[ $# -gt 0 ] && shift
durable=no
if [ "${1:-}" = --durable ]; then
    durable=yes
    shift
fi

case "$command_name" in
bindir)
    bindir
    ;;
start)
    trap 'status=$?; [ "$status" = 0 ] || [ -z "$cluster_dir" ] || destroy "$cluster_dir"' EXIT
    create "$durable"
    mkdir -p "$(dirname "$state")"
    echo "$cluster_dir" >"$state"
    echo "export DATABASE_URL='$cluster_url'"
    ;;
stop)
    dir="${1:-}"
    if [ -z "$dir" ]; then
        [ -f "$state" ] || die "no cluster was started"
        dir="$(cat "$state")"
        rm -f "$state"
    fi
    destroy "$dir"
    ;;
with)
    [ "${1:-}" = -- ] && shift
    [ $# -gt 0 ] || die "usage: pg-temp.sh with [--durable] -- COMMAND…"
    if [ -n "${DATABASE_URL:-}" ]; then
        exec "$@"
    fi
    origin="$PWD"
    trap '[ -z "$cluster_dir" ] || destroy "$cluster_dir"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    create "$durable"
    if command -v setsid >/dev/null; then
        setsid "$here/pg-temp.sh" guard $$ "$cluster_dir" </dev/null >/dev/null 2>&1 &
    fi
    cd "$origin"
    KEDUN_PG_DIR="$cluster_dir" DATABASE_URL="$cluster_url" "$@"
    ;;
guard)
    guard "$1" "$2"
    ;;
*)
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
    ;;
esac
