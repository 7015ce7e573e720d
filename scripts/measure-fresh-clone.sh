#!/usr/bin/env bash
# The README's two commands in a fresh clone, timed: npm install, npm start, npm test.
set -euo pipefail
source=$(cd "$(dirname "$0")/.." && pwd)
clone=$(mktemp -d)
trap 'rm -rf "$clone"' EXIT
git clone --quiet "$source" "$clone/equilibria"
cd "$clone/equilibria"
timed() { local start=$SECONDS; "$@"; echo "### $*: $((SECONDS - start)) s"; }
timed npm install
timed npm start
timed npm test
