#!/usr/bin/env bash
# Sets up what a make target needs, and nothing that is there already: tools/setup.sh runtime|development|verifiers …
set -euo pipefail
cd "$(dirname "$0")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

# Installs packages of the distribution, as root or through sudo.
debian() {
  local root=()
  command -v apt-get >/dev/null || fail "this machine has no apt-get; please install: $*"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "as root, please run: apt-get update && apt-get install --no-install-recommends $*"
    root=(sudo env DEBIAN_FRONTEND=noninteractive)
  fi
  say "installing from the distribution: $*"
  "${root[@]}" apt-get update -q >&2
  "${root[@]}" apt-get install -y -q --no-install-recommends "$@" >&2
}

# Prints the first Python that is new enough.
python() {
  local name
  for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  return 1
}

environment() {
  local name
  if [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then return; fi
  name=$(python) || { debian python3 python3-venv; name=$(python) || fail "Python 3.11 or newer is needed"; }
  "$name" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1 || debian "$name-venv"
  say "making .venv with $("$name" --version)"
  "$name" -m venv --clear .venv
}

# Installs one of the pinned sets, then this checkout itself, in place.
packages() {
  environment
  say "installing requirements/$1.txt into .venv (the first time takes a minute or two)"
  .venv/bin/python -m pip install --quiet --require-hashes -r "requirements/$1.txt"
  .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
  touch ".venv/$1.stamp"
}

# What can be set up, one line each.
runtime() { packages runtime; }
development() { packages development; }
postgresql() { command -v initdb /usr/lib/postgresql/*/bin/initdb >/dev/null || debian postgresql; }
# What compiles the shim that makes a disk fail.
compiler() { { command -v cc && [ -f /usr/include/stdlib.h ]; } >/dev/null || debian gcc libc6-dev; }
mariadb() { command -v mariadbd /usr/sbin/mariadbd >/dev/null || debian mariadb-server; }
# A mailbox that complaints come to.
dovecot() { { command -v dovecot /usr/sbin/dovecot && [ -d /usr/lib/dovecot ]; } >/dev/null || debian dovecot-imapd; }
# What looks at attachments; the tests give it signatures of their own.
clamav() { command -v clamd /usr/sbin/clamd >/dev/null || debian clamav-daemon; }
# A Spark of its own for the tests: Java from the distribution, the rest pinned into .venv.
spark() {
  command -v java >/dev/null || debian default-jre-headless
  if .venv/bin/python -c 'import pandas, pyspark' 2>/dev/null; then return; fi
  say "installing requirements/spark.txt into .venv (half a gigabyte)"
  .venv/bin/python -m pip install --quiet --require-hashes -r requirements/spark.txt
}
# An object store for the tests, and what reaches it: in a folder of its own, as they want older versions than others.
objects() {
  if [ -f .venv/objects/stamp ]; then return; fi
  say "installing requirements/objects.txt into .venv/objects"
  .venv/bin/python -m pip install --quiet --require-hashes --upgrade --target .venv/objects -r requirements/objects.txt
  touch .venv/objects/stamp
}
# What verifies our log in other languages.
verifiers() {
  { command -v go && [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb ]; } >/dev/null || debian golang-go golang-golang-x-mod-dev
  command -v npm >/dev/null || debian nodejs npm
}

# What writes its matches in bulk for the scanner; an older Hyperscan gives way to it.
vectorscan() {
  local asked='import sys; from shouze.discovery.native import reached; sys.exit(reached() is None)'
  .venv/bin/python -c "$asked" || debian libvectorscan5
}

# What the documents' examples call.
clients() { command -v curl jq >/dev/null || debian curl jq; }

# A browser, and fonts for Chinese.
chromium() {
  { [ -x /usr/bin/chromium ] && fc-list :lang=zh-cn 2>/dev/null | grep -q .; } || debian chromium fonts-noto-cjk fontconfig
}

[ $# -gt 0 ] || fail "say what: runtime, development, postgresql, compiler, verifiers, mariadb, dovecot, clamav, spark, objects, chromium, clients, vectorscan"
for what in "$@"; do
  case $what in
    runtime | development | postgresql | compiler | verifiers | mariadb | dovecot | clamav | spark | objects | chromium | clients | vectorscan) "$what" ;;
    *) fail "unknown: $what" ;;
  esac
done
