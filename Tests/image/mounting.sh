# shellcheck shell=sh
# image-root with files in the place of partitions: each case has a mount namespace of its own, and runs under each
# shell that an initramfs may have. Read by Tests/image/run.
# shellcheck disable=SC2154,SC2016 # what run sets; scripts for the shell in the namespace
mkdir -p "$work/tree/etc" "$work/boot"
echo from-the-image > "$work/tree/etc/origin"
head -c 3000000 /dev/urandom > "$work/tree/noise"
steve-squash pack --quiet --level 1 "$work/tree" -o "$work/boot/root.squashfs"
mkdir -p "$work/second-tree/etc"
echo second > "$work/second-tree/second"
steve-squash pack --quiet --level 1 "$work/second-tree" -o "$work/boot/second.squashfs"
head -c 1000000 "$work/boot/root.squashfs" | tail -c 900000 > "$work/boot/damaged"
truncate -s 12M "$work/disk" "$work/data" "$work/blank"
mke2fs -q -F -t ext4 -d "$work/boot" "$work/disk"
mke2fs -q -F -t ext4 "$work/data"
# A disk without a free inode: the kernel mounts an overlay on it read-only. mke2fs takes a varying number of 16 for
# itself.
mkdir -p "$work/used/upper" "$work/used/work"
for number in 1 2 3 4 5; do : > "$work/used/$number"; done
truncate -s 12M "$work/full"
until mke2fs -q -F -t ext4 -N 16 -d "$work/used" "$work/full" 2> "$work/said"; do
  [ -e "$work/used/1" ] || { cat "$work/said"; exit 1; }
  rm "$work/used/$number"
  number=$((number - 1))
done
# A partition as an older edition made it.
mkdir -p "$work/older-tree/persistent/upper/etc" "$work/older-tree/upper/etc"
echo older > "$work/older-tree/persistent/upper/etc/older"
truncate -s 12M "$work/older"
mke2fs -q -F -t ext4 -d "$work/older-tree" "$work/older"
# A physical volume with nothing but its label, and an lvm that knows the volumes on it.
truncate -s 12M "$work/physical" "$work/volume"
printf LABELONE | dd of="$work/physical" bs=512 seek=1 conv=notrunc status=none
mke2fs -q -F -t ext4 "$work/volume"
ln -sf "$work/disk" "$work/my disk"
lvm='mkdir -p "$run/lvm-bin" "$run/dev/vg"; ln -s "$work/volume" "$run/dev/vg/one"; STEVE_DEV=$run/dev; PATH=$run/lvm-bin:$PATH; export STEVE_DEV PATH run
  printf "%s\n" "#!/bin/sh" "case \$1 in pvs) echo \"  vg\" ;; lvs) echo \"  \${volumes:-one}\" ;;" \
    "vgchange) case \"\$*\" in *\"-a y\"*) : > \"\$STEVE_RUN/active-vg\" ;; *) rm -f \"\$STEVE_RUN/active-vg\" ;; esac ;; esac" > "$run/lvm-bin/lvm"
  chmod +x "$run/lvm-bin/lvm"'
# A disk whose name has a colon, like those in /dev/disk/by-id.
ln -s "$work/disk" "$work/usb-0:0-part1"

# Runs image-root with WORDS on the kernel's command line; it must end with STATUS. Then runs SCRIPT, in which $root is
# the new root and $run stands for /run. PREPARE runs first.
booted() { # STATUS WORDS SCRIPT
  rm -rf "$work/ns"
  mkdir -p "$work/ns/run" "$work/ns/root"
  env root="$work/ns/root" run="$work/ns/run" work="$work" tree="$work/tree" wanted="$1" script="$3" PREPARE="${PREPARE:-}" \
    STEVE_CMDLINE="quiet steve.wait=0 $2" STEVE_RUN="$work/ns/run" \
    unshare -m --propagation private sh -c '
      mount -t tmpfs run "$run" || exit 1
      eval "$PREPARE"
      status=0
      '"$shell"' '"$here"'/systemd-free-init/initramfs/image-root "$root" || status=$?
      [ "$status" -eq "$wanted" ] || { echo "image-root ended with $status"; exit 1; }
      log() { grep -qF -e "$1" "$run/image/log" || { echo "the log lacks: $1"; exit 1; }; }
      unsaid() { ! grep -qF -e "$1" "$run/image/log" || { echo "the log has: $1"; exit 1; }; }
      mounted() { grep -q " $run/image/$1 " /proc/self/mounts; }
      not() { ! "$@"; }
      set -ex
      eval "$script"'
}
# A loop device, for which /sys says what newer kernels say for a partition.
partitions='
  loop=$(losetup -f --show "$work/disk") || exit 1
  trap "losetup -d $loop" EXIT
  mount -t tmpfs sys /sys/class/block
  mkdir /sys/class/block/zz /sys/class/block/${loop#/dev/}
  printf "%s\n" DEVNAME=zz PARTNAME=root PARTUUID=9255aaa5-d356-44b7-9781-96b1affa0a6f > /sys/class/block/zz/uevent
  printf "%s\n" DEVTYPE=partition "PARTNAME=my disk" PARTUUID=9255aaa5-d356-44b7-9781-96b1affa0a6e \
    > /sys/class/block/${loop#/dev/}/uevent'
for shell in dash 'busybox sh' 'bash --posix'; do
  # shellcheck disable=SC2086 # a command and its word
  has "image-root under $shell: no such shell" $shell -c : || continue
  on="(${shell%% *})"
  here_is=steve.image=$work/disk
  check "copy: the system runs from memory, the disk is let go $on" booted 0 "$here_is" '
    mounted ram; mounted base; not mounted disk; log "in memory"; [ "$(stat -c %a "$run/image")" = 700 ]
    cmp "$root/noise" "$tree/noise"; [ "$(cat "$root/etc/origin")" = from-the-image ]
    [ -d "$root/dev" ]; [ -d "$root/proc" ]; echo new > "$root/etc/new"; [ -s "$run/image/layer/upper/etc/new" ]'
  check "place: the disk stays $on" booted 0 "$here_is:root.squashfs steve.mode=place" '
    mounted disk; not mounted ram; cmp "$root/noise" "$tree/noise"'
  check "a layer on a partition: written $on" booted 0 "$here_is steve.overlay=$work/data" '
    log "stays on"; echo "'"$shell"'" > "$root/etc/kept"; rm "$root/etc/origin"'
  check "… and there at the next boot, deletions too $on" booted 0 "$here_is steve.overlay=$work/data steve.mode=place" '
    [ "$(cat "$root/etc/kept")" = "'"$shell"'" ]; not [ -e "$root/etc/origin" ]; echo origin > "$root/etc/origin"'
  check "the layer of the user's older system, persistent/upper, is found $on" booted 0 "$here_is steve.overlay=$work/older" '
    [ "$(cat "$root/etc/older")" = older ]; mounted layer; rm -rf "$run/image/layer/persistent/work"'
  rm -f "$work/other"
  truncate -s 12M "$work/other"
  mke2fs -q -F -t ext4 "$work/other"
  check "a layer knows its image $on" booted 0 "$here_is steve.overlay=$work/other" '
    unsaid "ANOTHER IMAGE"; echo old > "$root/etc/changed"; [ -s "$run/image/layer/image-id" ]'
  check "… at the next boot, too $on" booted 0 "$here_is steve.overlay=$work/other" 'unsaid "ANOTHER IMAGE"'
  check "… another image is told $on" booted 0 "$here_is:second.squashfs steve.overlay=$work/other" '
    log "ANOTHER IMAGE"; log steve.layer=fresh; [ "$(cat "$root/etc/changed")" = old ]'
  check "… at each boot $on" booted 0 "$here_is:second.squashfs steve.overlay=$work/other" 'log "ANOTHER IMAGE"'
  check "steve.layer=match keeps the layer of this image $on" booted 0 "$here_is steve.overlay=$work/other steve.layer=match" '
    [ "$(cat "$root/etc/changed")" = old ]'
  check "… and puts that of another aside $on" booted 0 "$here_is:second.squashfs steve.overlay=$work/other steve.layer=match" '
    log "put aside"; not [ -e "$root/etc/changed" ]; [ "$(cat "$run/image/layer/upper.1/etc/changed")" = old ]; echo new > "$root/etc/changed"'
  check "steve.layer=fresh puts every layer aside, none over another $on" booted 0 \
    "$here_is:second.squashfs steve.overlay=$work/other steve.layer=fresh" '
    not [ -e "$root/etc/changed" ]; [ "$(cat "$run/image/layer/upper.2/etc/changed")" = new ]; [ -e "$run/image/layer/upper.1" ]'
  check "a value with blanks, in quotes $on" booted 0 "steve.image=\"$work/my disk\" steve.tmpfs=20%" 'mounted base'
  check "… the word as a whole in quotes $on" booted 0 "\"steve.image=$work/my disk\"" 'mounted base'
  PREPARE=$partitions check "PARTLABEL with a blank $on" booted 0 'quiet steve.image="PARTLABEL=my disk" splash' 'mounted base'
  check "a layer that is no word $on" booted 1 "$here_is steve.layer=new" 'log "keep, fresh or match"'
  PREPARE=$lvm check "a logical volume in the partition: the only one $on" booted 0 "$here_is steve.overlay=$work/physical" '
    log "stays on"; [ -e "$run/active-vg" ]'
  PREPARE="$lvm; volumes='one two'; export volumes" check "… which of two has to be said $on" booted 0 "$here_is steve.overlay=$work/physical" '
    log "has 2 volumes"; log "IS LOST"; not [ -e "$run/active-vg" ]'
  PREPARE="$lvm; volumes='one two'; export volumes" check "… and is then taken $on" booted 0 \
    "$here_is steve.overlay=$work/physical steve.lv=vg/one" 'log "stays on"'
  PREPARE='! found=$(command -v lvm) || mount --bind /dev/null "$(readlink -f "$found")"' check "… and needs lvm $on" booted 0 "$here_is steve.overlay=$work/physical" 'log "has no lvm"; log "IS LOST"'
  check "no such partition: memory, with a warning $on" booted 0 "$here_is steve.overlay=LABEL=no-such" '
    log "there is no LABEL=no-such"; log "IS LOST"; echo new > "$root/etc/new"'
  check "a partition without a file system: the same $on" booted 0 "$here_is steve.overlay=$work/blank" '
    log "blank: mount:"; log "IS LOST"; echo new > "$root/etc/new"'
  check "a full partition: the same, and not a root that is read-only $on" booted 0 "$here_is steve.overlay=$work/full" '
    log "full"; log "IS LOST"; echo new > "$root/etc/new"; [ "$(grep -c " $root " /proc/self/mounts)" -eq 1 ]'
  check "a disk with a colon in its name $on" booted 0 "steve.image=$work/usb-0:0-part1:/root.squashfs" 'mounted base'
  PREPARE='mkdir "$run/bin"; ln -s /bin/true "$run/bin/sleep"; PATH=$run/bin:$PATH' check "seconds are decimal $on" booted 1 'steve.image=/dev/no-such steve.wait=08' 'log "there is no /dev/no-such after 08 s"'
  check "no steve.image $on" booted 1 '' 'log "no steve.image="; not mounted base'
  check "a mode that is none $on" booted 1 "$here_is steve.mode=ram" 'log "copy and place"'
  check "a disk that is not there $on" booted 1 steve.image=PARTLABEL=no-such 'log "there is no PARTLABEL=no-such"; log "there are:"'
  PREPARE=$partitions check "the partition with this PARTUUID, in whatever case $on" booted 0 \
    'steve.image=PARTUUID=9255AAA5-d356-44b7-9781-96b1affa0a6e' 'mounted base; cmp "$root/noise" "$tree/noise"'
  PREPARE=$partitions check "no partition with a part of this name $on" booted 1 'steve.image=PARTLABEL=disk' \
    'log "there is no PARTLABEL=disk"'
  check "a disk without a file system $on" booted 1 "steve.image=$work/blank" 'log "does not hold the image"; not mounted disk'
  check "a disk without the image $on" booted 1 "$here_is:other" 'log "there is no /other on"; not mounted disk'
  check "a damaged image: nothing stays mounted $on" booted 1 "$here_is:damaged" '
    log "damaged"; not mounted disk; not mounted ram; not mounted base'
done
