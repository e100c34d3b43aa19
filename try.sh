#!/usr/bin/env bash
# Starts a real web site on this machine (nginx with TLS, ModSecurity and the OWASP Core Rule Set), lets the `verify-waf`
# runbook check its firewall, ends the site, and exits with the runbook's exit code.
#
#   ./try.sh                        the firewall is on: the runbook succeeds
#   ./try.sh --waf off              the firewall is off: the runbook fails and says what came through
#   ./try.sh --certificate expired  (or soon-expiring, wrong-name)
#   ./try.sh -- --output json       what follows `--` goes to `runbook run`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

site_options=()
while (($# > 0)); do
  case $1 in
  --)
    shift
    break
    ;;
  -h | --help)
    sed -n '2,/^set /{/^set /d; s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 0
    ;;
  *)
    site_options+=("$1")
    shift
    ;;
  esac
done

packages=(nginx libnginx-mod-http-modsecurity modsecurity-crs)

installed() {
  [[ -x /usr/sbin/nginx && -e /usr/lib/nginx/modules/ngx_http_modsecurity_module.so &&
    -d /usr/share/modsecurity-crs/rules && -d /etc/modsecurity/crs ]]
}

if ! installed; then
  command="apt-get install ${packages[*]}"
  if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
    printf 'The site needs nginx, ModSecurity and the OWASP Core Rule Set. On Debian or Ubuntu:\n  sudo %s\n' \
      "$command" >&2
    exit 2
  fi
  if [[ -t 0 ]]; then
    read -r -p "The site needs: $command. Install now? [Y/n] " answer
    if [[ $answer == [nN]* ]]; then
      exit 2
    fi
  fi
  apt-get update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}" >&2
  if ! installed; then
    printf 'The packages are installed, but something of nginx, ModSecurity or the Core Rule Set is not where Debian has it.\n' >&2
    exit 2
  fi
fi

if ! command -v cargo >/dev/null; then
  printf 'Building needs the Rust toolchain: https://rustup.rs\n' >&2
  exit 2
fi
cargo build --release --bin runbook --example lab-site
release="${CARGO_TARGET_DIR:-target}/release"

# The site serves until its standard input ends: when this script closes it below, and just as well when the script is
# killed.
coproc SITE { exec "$release/examples/lab-site" "${site_options[@]}"; }
site_pid=$SITE_PID
declare -A lab=()
while IFS='=' read -r name value && [[ -n $name ]]; do
  lab[$name]=$value
done <&"${SITE[0]}"
if [[ -z ${lab[LAB_CONNECT_TO]:-} ]]; then
  # It has said on standard error why.
  wait "$site_pid" || exit $?
  exit 1
fi

code=0
"$release/runbook" run verify-waf \
  --set "domain=${lab[LAB_DOMAIN]}" --set "port=${lab[LAB_HTTPS_PORT]}" \
  --set "ca_file=${lab[LAB_CA_FILE]}" --set "connect_to=${lab[LAB_CONNECT_TO]}" "$@" || code=$?

exec {SITE[1]}>&-
wait "$site_pid" || printf 'The site did not end as it should.\n' >&2
exit "$code"
