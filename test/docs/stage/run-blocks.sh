# Sourced by the other stages: prepare.sh, then 0.sh, 1.sh, … one after the other in this shell; N.done when N succeeded.
exec >>"$blocks/service.log" 2>&1
. "$blocks/prepare.sh"
for ((number = 0; number < count; number++)); do
  exec >"$blocks/$number.out" 2>&1
  . "$blocks/$number.sh"
  : >"$blocks/$number.done"
done
