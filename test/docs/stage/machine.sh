# machine.sh FOLDER COUNT: blocks that set up a machine as root, with an empty MariaDB and a Dovecot that is not configured.
# A systemctl that knows Dovecot stands in for systemd.
set -e -o pipefail
blocks=$1 count=$2 stage=$(dirname "$0")
. "$stage/keep-machine.sh"

for place in /var/lib/mysql /run; do mount -t tmpfs tmpfs "$place"; done
rm -rf /etc/dovecot /var/vmail
mkdir -p /etc/dovecot /run/mysqld
chown mysql: /run/mysqld /var/lib/mysql
mariadb-install-db --user=mysql --skip-test-db >>"$blocks/service.log" 2>&1
mariadbd --user=mysql --bind-address=127.0.0.1 >>"$blocks/service.log" 2>&1 &
until mariadb-admin ping >/dev/null 2>&1; do sleep 0.1; done

cat >"$blocks/bin/systemctl" <<'SYSTEMCTL'
#!/bin/sh
[ "$*" = 'restart dovecot' ] || { echo "no systemd here for: $*" >&2; exit 1; }
exec dovecot
SYSTEMCTL
chmod 755 "$blocks/bin/systemctl"

. "$stage/run-blocks.sh"
