#!/bin/sh
# setup04_create_qemu.sh [OPTION…]
# Makes DIR/disk.img, a disk that boots by itself (UEFI), of what is in DIR/boot: "steve-image" holds the image, the kernel and the
# initramfs; "steve-data" what the system writes when it boots with steve.overlay=PARTLABEL=steve-data; the EFI system partition
# GRUB, with a menu for both.
#   --dir DIR              ./steve-image, or $STEVE_IMAGE_DIR
#   --data MIB             how large steve-data is (1024); 0: no such partition
#   --luks PASSPHRASE-FILE encrypt steve-data; the whole file is the passphrase, without a newline at its end
#   --luks-time MS         how long this machine works for one try of the passphrase (2000)
#   --efi auto|yes|no      whether it boots by itself: where grub-mkimage and mtools are (auto)
#   --append WORDS         more for the kernel's command line in GRUB's menu
# Works on a plain file: neither root nor a loop device. An older disk stays until the new one is complete; what its
# steve-data held is not taken over.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"
PATH=$PATH:/sbin:/usr/sbin

data=1024 luks='' luks_time=2000 efi=auto append=''
while [ $# -gt 0 ]; do
  case $1 in -h | --help) usage; exit 0 ;; esac
  [ $# -gt 1 ] || wrong_usage "$1: no such option, or it wants a value"
  case $1 in
    --dir) folder=$2 ;;
    --data) data=$2 ;;
    --luks) luks=$2 ;;
    --luks-time) luks_time=$2 ;;
    --efi) efi=$2 ;;
    --append) append=$2 ;;
    *) wrong_usage "there is no option $1" ;;
  esac
  shift 2
done
case $data in '' | 0?* | *[!0-9]*) wrong_usage "--data $data: not a number of MiB" ;; esac
[ -z "$luks" ] || [ "$data" -ge 8 ] || wrong_usage "--luks wants a steve-data of 8 MiB or more, not --data $data"
[ -z "$luks" ] || [ -s "$luks" ] || fail "--luks $luks: no such file, or it is empty"
case $efi in auto | yes | no) ;; *) wrong_usage "--efi $efi: auto, yes or no" ;; esac
# Gentoo: GRUB_PLATFORMS="efi-64".
modules=''
for modules in /usr/lib/grub/x86_64-efi /usr/lib64/grub/x86_64-efi /usr/share/grub/x86_64-efi ''; do
  [ ! -d "$modules" ] || break
done
lacking=''
command -v grub-mkimage > /dev/null && [ -n "$modules" ] || lacking='GRUB for x86_64-efi (packages grub-common and grub-efi-amd64-bin)'
command -v mcopy > /dev/null && command -v mformat > /dev/null || lacking="$lacking${lacking:+ and }mtools"
case $efi:$lacking in
  *: | no:*) ;;
  yes:*) fail "this needs $lacking" ;;
  auto:*) efi=no; say "the disk will boot by setup05 only, not by itself: there is no $lacking here" ;;
esac
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
# The image contains /etc/shadow.
umask 077
work=$(mktemp -d "$folder/disk.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
new=$work/disk
# The file system's own tables take less than 1 %; the partition table takes a MiB at both ends.
boot=$(mebibytes "$folder"/boot/*)
boot=$((boot + boot / 32 + 16))
# FAT32 begins at 33 MiB, and some firmware needs it.
esp=0
[ "$efi" = no ] || esp=40
table=$((boot + esp + data + 2 + (data > 0 ? 4 : 0)))
truncate -s "${table}M" "$new"
set -- --clear --new "1:1M:+${boot}M" --typecode 1:8300 --change-name 1:steve-image
[ $esp -eq 0 ] || set -- "$@" --new "3:0:+${esp}M" --typecode 3:ef00 --change-name 3:steve-efi
[ "$data" -eq 0 ] || set -- "$@" --new "2:0:0" --typecode 2:8300 --change-name 2:steve-data
sgdisk "$@" "$new" > "$work/said" 2>&1 || fail "sgdisk: $(tail -n 1 "$work/said")"

# Writes a file system with a folder's contents into the disk: START-MIB SIZE-MIB LABEL OPTION…
make_ext4() {
  start=$1 size=$2 label=$3
  shift 3
  mke2fs -q -F -t ext4 -m 0 -L "$label" -E "offset=$((start * 1048576)),root_owner=0:0" "$@" "$new" "${size}M" \
    2> "$work/said" || fail "mke2fs: $(tail -n 1 "$work/said")"
}
# Nothing is written there once the disk is made, so it has no journal; and it has few files, while mke2fs.conf would
# give 6 % to inodes.
make_ext4 1 "$boot" steve-image -O ^has_journal,^resize_inode -b 4096 -i 65536 -d "$folder/boot"
if [ "$data" -gt 0 ] && [ -z "$luks" ]; then
  make_ext4 $((boot + esp + 1)) "$data" steve-data
elif [ "$data" -gt 0 ]; then
  # qemu-img writes LUKS without a device; on the machine `cryptsetup convert` makes it LUKS2.
  truncate -s "$((data - 4))M" "$work/plain"
  mke2fs -q -F -t ext4 -m 0 -L steve-data -E root_owner=0:0 "$work/plain"
  encrypt() {
    qemu-img convert --object "secret,id=key,file=$(qemu_value "$luks")" -f raw -O luks \
      -o "key-secret=key,iter-time=$luks_time" "$work/plain" "$work/luks"
  }
  # On a busy machine qemu-img sometimes fails: "Unable to get accurate CPU usage".
  encrypt || encrypt || encrypt || encrypt || encrypt || encrypt || fail 'qemu-img cannot encrypt steve-data'
  [ "$(stat -c %s "$work/luks")" -le $((data * 1048576)) ] || fail 'the LUKS header is larger than 4 MiB'
  dd if="$work/luks" of="$new" bs=1M seek=$((boot + esp + 1)) conv=notrunc,sparse status=none
fi
if [ $esp -gt 0 ]; then
  entry() { # NAME OVERLAY WORD…
    printf 'menuentry "%s" {\n  linux /vmlinuz console=tty0 console=ttyS0,115200 steve.image=PARTLABEL=steve-image steve.overlay=%s%s\n' \
      "$1" "$2" "${3:+ $3}${append:+ $append}"
    printf '  initrd /initramfs.img\n}\n'
  }
  {
    printf '%s\n' 'set timeout=3' 'serial --unit=0 --speed=115200' 'terminal_input console serial' 'terminal_output console serial' \
      'search --no-floppy --label steve-image --set=root'
    entry 'steve, in memory' tmpfs
    if [ "$data" -gt 0 ]; then
      entry 'steve, what is written kept on steve-data' PARTLABEL=steve-data
      entry 'steve, steve-data put aside and begun anew' PARTLABEL=steve-data steve.layer=fresh
    fi
  } > "$work/grub.cfg"
  # GRUB looks for its files beside itself.
  # shellcheck disable=SC2016 # GRUB's own variables
  printf '%s\n' 'search --no-floppy --file /EFI/steve/grub.cfg --set=root' 'set prefix=($root)/EFI/steve' 'configfile /EFI/steve/grub.cfg' \
    > "$work/early.cfg"
  grub-mkimage -O x86_64-efi -d "$modules" -p /EFI/steve -c "$work/early.cfg" -o "$work/grub.efi" part_gpt part_msdos fat ext2 btrfs \
    normal linux configfile search search_label search_fs_file search_fs_uuid serial terminal echo test all_video gfxterm > "$work/said" 2>&1 ||
    fail "grub-mkimage: $(tail -n 1 "$work/said")"
  truncate -s "${esp}M" "$work/esp"
  export MTOOLS_SKIP_CHECK=1
  { mformat -i "$work/esp" -F -v STEVE-EFI :: && mmd -i "$work/esp" ::/EFI ::/EFI/BOOT ::/EFI/steve &&
    mcopy -i "$work/esp" "$work/grub.efi" ::/EFI/BOOT/BOOTX64.EFI && mcopy -i "$work/esp" "$work/grub.cfg" ::/EFI/steve/grub.cfg; } \
    > "$work/said" 2>&1 || fail "the EFI system partition: $(tail -n 1 "$work/said")"
  dd if="$work/esp" of="$new" bs=1M seek=$((boot + 1)) conv=notrunc,sparse status=none
fi
mv "$new" "$disk"
say "$disk: $table MiB, $(du -m "$disk" | cut -f 1) of them written"
