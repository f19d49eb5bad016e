#!/bin/sh
# Fills the placeholders of a configuration and writes it into a directory:
#
#   DB_PASSWORD=secret DOVEADM_API_KEY=secret sh deploy/dovecot/fill.sh 2.3 /etc/dovecot      (MariaDB, MySQL)
#   DB_FILE=/var/lib/oxbow/oxbow.db SQL_USER=oxbow DOVEADM_API_KEY=secret sh deploy/dovecot/fill.sh 2.4 /etc/dovecot
#
# All values come from the environment; these are their defaults. Afterwards the files are yours: nothing else writes them.
set -eu
umask 077

from=$(dirname "$0")/$1 to=$2

# Where Dovecot sees the directory, if that is elsewhere.
: "${CONFIG_DIR:=$to}"

: "${DB_HOST:=127.0.0.1}" "${DB_PORT:=3306}" "${DB_NAME:=oxbow}" "${DB_USER:=dovecot}" "${DB_PASSWORD:=}"
# An SQLite file in place of all of these; SQL_USER must then be its owner, since Dovecot writes the usage.
: "${DB_FILE:=}" "${SQL_USER:=dovecot}"
: "${MAIL_USER:=vmail}" "${MAIL_HOME:=/var/vmail}" "${POSTMASTER:=postmaster@localhost}"
: "${TLS_CERTIFICATE:=/etc/dovecot/private/dovecot.pem}" "${TLS_KEY:=/etc/dovecot/private/dovecot.key}"
: "${DOVEADM_API_KEY:?is needed}"
# Where Dovecot writes the usage: sql, the database itself, or redis (an IP address), for very busy servers.
: "${USAGE:=sql}" "${REDIS_HOST:=127.0.0.1}" "${REDIS_PORT:=6379}"

if [ -n "$DB_FILE" ]; then
  SQL_DRIVER=sqlite SQL_CONNECT=$DB_FILE
  MAIL_HOME_SQL="'$MAIL_HOME/' || context_id || '/' || user_id"
else
  SQL_DRIVER=mysql SQL_CONNECT="host=$DB_HOST port=$DB_PORT dbname=$DB_NAME user=$DB_USER password=$DB_PASSWORD"
  MAIL_HOME_SQL="CONCAT('$MAIL_HOME/', context_id, '/', user_id)"
fi

case $USAGE in
  sql) USAGE_DICT=$SQL_DRIVER:$CONFIG_DIR/oxbow-dict.conf.ext ;;
  redis) USAGE_DICT=redis:host=$REDIS_HOST:port=$REDIS_PORT:prefix=quota/ ;;
  *) echo "USAGE must be sql or redis" >&2 && exit 2 ;;
esac

rules=
for name in CONFIG_DIR SQL_DRIVER SQL_CONNECT SQL_USER MAIL_HOME_SQL DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD DB_FILE \
  MAIL_USER POSTMASTER TLS_CERTIFICATE TLS_KEY DOVEADM_API_KEY \
  USAGE_DICT REDIS_HOST REDIS_PORT; do
  eval "value=\$$name"
  escaped=$(printf '%s' "$value" | sed 's/[\\&|]/\\&/g')
  rules="${rules}s|@$name@|$escaped|g
"
done

for file in "$from"/*.conf "$from"/*.conf.ext; do
  name=$(basename "$file")
  case $name in
    oxbow-database.$SQL_DRIVER.conf.ext) name=oxbow-database.conf.ext ;;
    oxbow-usage.$USAGE.conf.ext) name=oxbow-usage.conf.ext ;;
    oxbow-database.* | oxbow-usage.*) continue ;;
  esac
  sed -e "$rules" "$file" >"$to/$name"
done

# This one is read by the process that writes the usage.
dict=$to/oxbow-dict.conf.ext
if [ -e "$dict" ]; then chown "$SQL_USER" "$dict"; fi
