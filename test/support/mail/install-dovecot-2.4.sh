#!/bin/sh
# Installs Dovecot 2.4 for the end-to-end tests, beside Debian 12's 2.3: Debian 13's packages in a directory of their own,
# which the tests enter with chroot. Run as root, with debootstrap installed; takes half a minute.
set -eu
root=${DOVECOT_24_ROOT:-/var/cache/oxbow-test/trixie}
packages=dovecot-core,dovecot-imapd,dovecot-lmtpd,dovecot-mysql,dovecot-sqlite

if [ -e "$root/.complete" ]; then exit 0; fi
install() {
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase --include="$packages" trixie "$root" >"$root.log" 2>&1
}
# A mirror that does not answer once may answer the second time.
install || install || {
  tail -n 20 "$root.log"
  exit 1
}
chroot "$root" dovecot --version
touch "$root/.complete"
