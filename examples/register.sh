#!/bin/sh
# A cash register without mercy: each call books once more. It books first and says so later: `register.sh ORDER PAUSE`.
set -eu
mkdir -p out
printf '%s\n' "$1" >>out/ledger.txt
sleep "$2"
printf 'booked %s\n' "$1"
