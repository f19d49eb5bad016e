# Sourced by the other stages: whatever is changed from here on outside of /tmp is changed in a copy, or refused.
ip link set lo up
mount --make-rprivate /
mount --rbind /tmp /tmp
mkdir "$blocks/changes"
mount -t tmpfs tmpfs "$blocks/changes"
for place in etc var; do
  mkdir -p "$blocks/changes/$place/upper" "$blocks/changes/$place/work"
  mount -t overlay overlay -o "lowerdir=/$place,upperdir=$blocks/changes/$place/upper,workdir=$blocks/changes/$place/work" "/$place"
done
mount -o remount,bind,ro /
cd "$PWD"
