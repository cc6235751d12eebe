#!/bin/sh
# setup04_create_qemu.sh [OPTION…]
# Makes DIR/disk.img, a disk with two partitions, of what is in DIR/boot: "steve-image" holds the image, the kernel and the
# initramfs; "steve-data" what the system writes when it boots with steve.overlay=PARTLABEL=steve-data.
#   --dir DIR              ./steve-image, or $STEVE_IMAGE_DIR
#   --data MIB             how large steve-data is (1024); 0: no such partition
#   --luks PASSPHRASE-FILE encrypt steve-data; the whole file is the passphrase, without a newline at its end
#   --luks-time MS         how long this machine works for one try of the passphrase (2000)
# Works on a plain file: neither root nor a loop device. An older disk stays until the new one is complete; what its
# steve-data held is not taken over.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"
PATH=$PATH:/sbin:/usr/sbin

data=1024 luks='' luks_time=2000
while [ $# -gt 0 ]; do
  case $1 in -h | --help) usage; exit 0 ;; esac
  [ $# -gt 1 ] || wrong_usage "$1: no such option, or it wants a value"
  case $1 in
    --dir) folder=$2 ;;
    --data) data=$2 ;;
    --luks) luks=$2 ;;
    --luks-time) luks_time=$2 ;;
    *) wrong_usage "there is no option $1" ;;
  esac
  shift 2
done
case $data in '' | 0?* | *[!0-9]*) wrong_usage "--data $data: not a number of MiB" ;; esac
[ -z "$luks" ] || [ "$data" -ge 8 ] || wrong_usage "--luks wants a steve-data of 8 MiB or more, not --data $data"
[ -z "$luks" ] || [ -s "$luks" ] || fail "--luks $luks: no such file, or it is empty"
needs sgdisk gdisk
needs mke2fs e2fsprogs
[ -z "$luks" ] || needs qemu-img qemu-utils
for file in root.squashfs vmlinuz initramfs.img; do
  [ -s "$folder/boot/$file" ] || fail "there is no $folder/boot/$file: setup03_copy_from_container.sh first"
done
if command -v steve-squash > /dev/null; then
  steve-squash check "$folder/boot/root.squashfs" > /dev/null ||
    fail "$folder/boot/root.squashfs is damaged: copy or build it again"
else
  say 'there is no steve-squash here: the image is taken as it is'
fi

disk=$folder/disk.img
# The image has /etc/shadow.
umask 077
work=$(mktemp -d "$folder/disk.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
new=$work/disk
# The file system's own tables take less than 1 %; the label of the table a MiB at both ends.
boot=$(mebibytes "$folder"/boot/*)
boot=$((boot + boot / 32 + 16))
table=$((boot + data + 2 + (data > 0 ? 4 : 0)))
truncate -s "${table}M" "$new"
set -- --clear --new "1:1M:+${boot}M" --typecode 1:8300 --change-name 1:steve-image
[ "$data" -eq 0 ] || set -- "$@" --new "2:0:0" --typecode 2:8300 --change-name 2:steve-data
sgdisk "$@" "$new" > "$work/said" 2>&1 || fail "sgdisk: $(tail -n 1 "$work/said")"

# Writes a file system with a folder's contents into the disk: START-MIB SIZE-MIB LABEL OPTION…
make_ext4() {
  start=$1 size=$2 label=$3
  shift 3
  mke2fs -q -F -t ext4 -m 0 -L "$label" -E "offset=$((start * 1048576)),root_owner=0:0" "$@" "$new" "${size}M" \
    2> "$work/said" || fail "mke2fs: $(tail -n 1 "$work/said")"
}
# Nothing is written there once the disk is made, so no journal, and few files: mke2fs.conf would have inodes take up to 6 %.
make_ext4 1 "$boot" steve-image -O ^has_journal,^resize_inode -b 4096 -i 65536 -d "$folder/boot"
if [ "$data" -gt 0 ] && [ -z "$luks" ]; then
  make_ext4 $((boot + 1)) "$data" steve-data
elif [ "$data" -gt 0 ]; then
  # qemu-img writes LUKS without a device; cryptsetup convert makes LUKS2 of it on the machine.
  truncate -s "$((data - 4))M" "$work/plain"
  mke2fs -q -F -t ext4 -m 0 -L steve-data -E root_owner=0:0 "$work/plain"
  encrypt() {
    qemu-img convert --object "secret,id=key,file=$(qemu_value "$luks")" -f raw -O luks \
      -o "key-secret=key,iter-time=$luks_time" "$work/plain" "$work/luks"
  }
  # "Unable to get accurate CPU usage": on a busy machine, now and then.
  encrypt || encrypt || encrypt || fail 'qemu-img cannot encrypt steve-data'
  [ "$(stat -c %s "$work/luks")" -le $((data * 1048576)) ] || fail 'the LUKS header is larger than 4 MiB'
  dd if="$work/luks" of="$new" bs=1M seek=$((boot + 1)) conv=notrunc,sparse status=none
fi
mv "$new" "$disk"
say "$disk: $table MiB, $(du -m "$disk" | cut -f 1) of them written"
