#!/usr/bin/env bash
# Prints the path of the Chromium that the browser tests drive, or ends with 1.
# CHROMIUM, when set, wins.
set -euo pipefail

if [ -n "${CHROMIUM:-}" ]; then
    command -v "$CHROMIUM"
    exit
fi
for name in chromium chromium-browser google-chrome-stable google-chrome; do
    if command -v "$name"; then
        exit 0
    fi
done
echo "no Chromium or Chrome was found; set CHROMIUM to its path" >&2
exit 1
