#!/usr/bin/env bash
# nginx in front of php-fpm, both in the foreground of this process group:
#
#     serve.sh --port N --data DIRECTORY [--database mysql://…]
#
# --data: where service.wsdl, statements.php and user.php are. Configuration, sockets and logs are in a directory that goes at the end.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
port='' database='' data=''
while (($# > 0)); do
  case $1 in
    --port) port=$2 ;;
    --database) database=$2 ;;
    --data) data=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

# Named by the process, so that what a killed one left behind is found.
work=${TMPDIR:-/tmp}/oxbow-peer-php-$$
for old in "${work%-*}"-*; do
  kill -0 "${old##*-}" 2>/dev/null || rm -rf "$old"
done
mkdir -m 700 "$work"

user=$(id -un)
cores=$(nproc)
as_root=()
nginx_user=''
if [[ $(id -u) == 0 ]]; then
  as_root=(--allow-to-run-as-root)
  nginx_user='user root;'
fi

cat >"$work/php-fpm.conf" <<EOF
[global]
error_log = $work/php-fpm.log
daemonize = no
[peer]
user = $user
group = $(id -gn)
listen = $work/php.sock
listen.backlog = 511
pm = static
pm.max_children = $((cores * 2))
clear_env = no
env[PEER_WSDL] = $data/service.wsdl
env[PEER_SAMPLE] = $data/user.php
env[PEER_STATEMENTS] = $data/statements.php
EOF

cat >"$work/nginx.conf" <<EOF
daemon off;
$nginx_user
worker_processes auto;
pid $work/nginx.pid;
error_log $work/nginx.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path $work/body;
  client_body_buffer_size 64k;
  fastcgi_temp_path $work/fastcgi;
  proxy_temp_path $work/proxy;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  server {
    listen 127.0.0.1:$port;
    location = /webservices/OXResellerUserService {
      fastcgi_pass unix:$work/php.sock;
      fastcgi_buffers 16 8k;
      fastcgi_param SCRIPT_FILENAME $here/server.php;
      fastcgi_param REQUEST_METHOD \$request_method;
      fastcgi_param QUERY_STRING \$query_string;
      fastcgi_param CONTENT_TYPE \$content_type;
      fastcgi_param CONTENT_LENGTH \$content_length;
      fastcgi_param HTTP_SOAPACTION \$http_soapaction;
      fastcgi_param SERVER_PROTOCOL \$server_protocol;
    }
  }
}
EOF

cat >"$work/php.ini" <<EOF
opcache.enable = 1
opcache.validate_timestamps = 0
opcache.memory_consumption = 64
soap.wsdl_cache_enabled = 1
soap.wsdl_cache = 2
soap.wsdl_cache_ttl = 86400
soap.wsdl_cache_dir = $work
display_errors = 0
log_errors = 1
error_log = $work/php.log
EOF

# The settings come on top of Debian's, which load the extensions.
export PEER_DATABASE=$database PHP_INI_SCAN_DIR="/etc/php/8.2/fpm/conf.d:$work"

nginx -e "$work/nginx.log" -c "$work/nginx.conf" &
nginx=$!

# Says when both are there.
(
  for _ in {1..200}; do
    if [[ -S $work/php.sock ]] && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo ready
      exit
    fi
    sleep 0.05
  done
  cat "$work"/*.log >&2
) &

# Ends nginx and clears up when told to, or when php-fpm has ended: nothing is ever written into the pipe that only php-fpm holds.
exec 9> >(
  trap 'kill "$nginx" 2>/dev/null || true; rm -rf "$work"' EXIT
  trap exit TERM INT
  read -r || true
)

# In the place of this shell, not as its child: php-fpm calls setsid(), which would take it out of the process group, and which
# the leader of a group is refused.
exec php-fpm8.2 "${as_root[@]}" --nodaemonize --fpm-config "$work/php-fpm.conf"
