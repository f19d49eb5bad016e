# service.sh FOLDER COUNT: blocks that find a fresh service on its usual port.
set -e -o pipefail
blocks=$1 count=$2 stage=$(dirname "$0")
. "$stage/keep-machine.sh"

oxbow >>"$blocks/service.log" 2>&1 &
service=$!
until curl -sf -o /dev/null http://127.0.0.1:9009/health/ready; do
  kill -0 "$service"
  sleep 0.1
done

. "$stage/run-blocks.sh"
