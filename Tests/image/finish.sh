# shellcheck shell=sh
# How `finish` makes a container's tree a system: OpenRC no longer takes it for a container, and packages' new
# configuration files replace the old ones. Read by Tests/image/run.
# shellcheck disable=SC2154 # what run sets
# OpenRC's own rc.conf, from Debian's package in the virtual machine's tree, changed as the stage3 images change it.
own_rc_conf() {
  mkdir -p "$work/system/etc/init.d" && debugfs -R "dump /etc/rc.conf $work/system/etc/rc.conf" "$guest" 2> /dev/null &&
    grep -q '^#rc_sys=""' "$work/system/etc/rc.conf"
}
as_in_docker() { # LINE: how the file names docker
  own_rc_conf && sed -i "s/^#rc_sys=\"\"/$1/" "$work/system/etc/rc.conf" && grep -qx "$1" "$work/system/etc/rc.conf" &&
    image/container/finish "$work/system" && (. "$work/system/etc/rc.conf" && [ "${rc_sys-unset}" = '' ])
}
guest=${STEVE_VM:-/var/tmp/steve-vm}/root.ext4
if has "OpenRC's rc.conf: no $guest (Tests/vm/build makes it), or no debugfs" sh -c "[ -s '$guest' ] && command -v debugfs"; then
  check 'the system does not take itself for a container' as_in_docker 'rc_sys="docker"'
  check '… however the file says it' as_in_docker ' rc_sys=docker # set by the stage3'
  check 'a file that sets it where finish does not look is an error' says 1 'still says rc_sys=docker' sh -c '
    mkdir -p "$1/hidden/etc"; echo "if true; then :; rc_sys=docker; fi" > "$1/hidden/etc/rc.conf"; image/container/finish "$1/hidden"' - "$work"
fi
services() {
  mkdir -p "$work/system/etc/init.d" && for service in steve dhcpcd sysklogd; do install -m 755 /dev/null "$work/system/etc/init.d/$service"; done
  image/container/finish "$work/system" > "$work/said" || return 1
  image/container/finish "$work/system" > "$work/said" || return 1
  [ "$(readlink "$work/system/etc/runlevels/default/sysklogd")" = /etc/init.d/sysklogd ] && grep 'no service udev$' "$work/said"
}
check 'services start, a logger among them; one that is missing is told' services
merged_configuration() {
  rm -rf "$work/merge"
  mkdir -p "$work/merge/etc/conf.d"
  echo old > "$work/merge/etc/conf.d/net"
  echo newer > "$work/merge/etc/conf.d/._cfg0000_net"
  echo newest > "$work/merge/etc/conf.d/._cfg0001_net"
  echo 'rc_sys="docker"' > "$work/merge/etc/rc.conf"
  echo 'rc_sys="lxc"' > "$work/merge/etc/._cfg0000_rc.conf"
  echo 'a b' > "$work/merge/etc/a b"
  echo 'a b' > "$work/merge/etc/._cfg0000_a b"
  # A folder in the place of the old file: nothing can replace it.
  mkdir -p "$work/merge/etc/hosts/in"
  echo hosts > "$work/merge/etc/._cfg0000_hosts"
  image/container/finish "$work/merge" > "$work/said" || return 1
  cat "$work/said"
  [ "$(cat "$work/merge/etc/conf.d/net")" = newest ] && [ "$(cat "$work/merge/etc/rc.conf")" = 'rc_sys=""' ] &&
    grep -q 'conf.d/net is the package' "$work/said" &&
    grep -q "hosts cannot be replaced" "$work/said" && [ "$(find "$work/merge/etc" -name "._cfg*")" = "$work/merge/etc/._cfg0000_hosts" ]
}
check "packages' new files in /etc take their place, and are told" merged_configuration
