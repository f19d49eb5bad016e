#!/bin/sh
# Writes the configuration from the environment (see ../../dovecot/fill.sh) and becomes Dovecot. A certificate of its own is
# made where none is mounted at /etc/dovecot/private.
set -eu
here=$(dirname "$0")
mkdir -p /etc/dovecot/private
if [ ! -e /etc/dovecot/private/dovecot.pem ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=localhost \
    -keyout /etc/dovecot/private/dovecot.key -out /etc/dovecot/private/dovecot.pem 2>/dev/null
fi
sh "$here/fill.sh" 2.3 /etc/dovecot
# The other containers have addresses of their own; who may reach these ports is the network's to say.
sed -i 's/address = 127\.0\.0\.1$/address = */' /etc/dovecot/dovecot.conf
echo 'log_path = /dev/stderr' >>/etc/dovecot/dovecot.conf
chown vmail: /var/vmail
exec dovecot -F
