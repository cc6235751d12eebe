# shellcheck shell=sh
# The disk that setup04 makes, and what it and setup05 answer to bad input; without root and loop devices. Read by
# Tests/image/run.
# shellcheck disable=SC2154,SC2016 # what run sets; a script for another shell
setup04() { image/setup04_create_qemu.sh --dir "$work/image" "$@"; }
check 'setup04 says what is missing' says 1 'setup03_copy_from_container.sh first' setup04
check 'setup05 says what is missing' says 1 'setup04_create_qemu.sh first' image/setup05_run_qemu.sh --dir "$work/image"
check 'setup04 wants a number' says 64 'not a number of MiB' setup04 --data large
check 'setup04 takes no octal number' says 64 'not a number of MiB' setup04 --data 010
check 'setup04 wants room for LUKS' says 64 '8 MiB or more' setup04 --data 4 --luks /etc/passwd
check 'setup04 says what a disk that boots needs' says 64 'auto, yes or no' setup04 --efi perhaps
check 'setup05 knows two modes' says 64 'copy or place' image/setup05_run_qemu.sh --mode ram
check 'setup01 wants a password in the file' says 1 'it is empty' image/setup01_build_image.sh --password-file /dev/null
printf '\nsecond line\n' > "$work/empty"
check 'setup01 wants a password in the first line' says 1 'first line is empty' image/setup01_build_image.sh --password-file "$work/empty"
check 'setup01 without an engine says so' says 1 'none of these builds containers here' \
  env STEVE_IMAGE_ENGINE=no-such-engine image/setup01_build_image.sh
check 'setup01 wants one tarball' says 1 'make dist' image/setup01_build_image.sh --steve tarball

# Copies a partition's bytes, which begin at the MiB that sgdisk names.
partition() { # NUMBER FILE
  first=$(sgdisk -i "$1" "$work/image/disk.img" | sed -n 's/^First sector: \([0-9]*\).*/\1/p')
  count=$(sgdisk -i "$1" "$work/image/disk.img" | sed -n 's/^Partition size: \([0-9]*\).*/\1/p')
  dd if="$work/image/disk.img" of="$2" bs=512 skip="$first" count="$count" conv=sparse status=none
}
# Nobody else may read the disk, because the image has /etc/shadow.
private() { [ "$(stat -c %a "$work/image/disk.img")" = 600 ]; }
first_partition() {
  sgdisk -v "$work/image/disk.img" && sgdisk -p "$work/image/disk.img" | grep -q 'steve-image' || return 1
  partition 1 "$work/p1"
  e2fsck -fn "$work/p1" || return 1
  debugfs -R 'dump /root.squashfs '"$work/read" "$work/p1" && cmp "$work/read" "$work/image/boot/root.squashfs"
}
data_partition() {
  partition 2 "$work/p2"
  e2fsck -fn "$work/p2"
}
efi_partition() {
  sgdisk -i 3 "$work/image/disk.img" | grep -q 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' || return 1
  partition 3 "$work/p3"
  export MTOOLS_SKIP_CHECK=1
  mtype -i "$work/p3" ::/EFI/steve/grub.cfg > "$work/menu" && mdir -i "$work/p3" ::/EFI/BOOT/BOOTX64.EFI || return 1
  cat "$work/menu"
  grep -q 'linux /vmlinuz .*steve.image=PARTLABEL=steve-image steve.overlay=PARTLABEL=steve-data' "$work/menu" &&
    [ "$(file -b "$work/p3" 2> /dev/null | grep -c 'FAT (32' )" = "$(command -v file > /dev/null && echo 1 || echo 0)" ]
}
luks_partition() {
  printf 'a passphrase' > "$work/passphrase"
  cp "$work/passphrase" "$work/a, b"
  setup04 --data 16 --luks "$work/a, b" --luks-time 10 || return 1
  partition 2 "$work/p2"
  [ "$(head -c 4 "$work/p2")" = LUKS ] || return 1
  # Decrypts in another way than it was encrypted.
  qemu-img convert --object "secret,id=key,file=$work/passphrase" -O raw \
    --image-opts "driver=luks,key-secret=key,file.filename=$work/p2" "$work/plain" && e2fsck -fn "$work/plain"
}
# On a busy machine qemu-img sometimes fails to measure the time.
luks_again() {
  mkdir -p "$work/moody" "$work/moody-image"
  cp -a "$work/image/boot" "$work/moody-image/"
  printf '#!/bin/sh\n[ -e "%s/tried" ] || { : > "%s/tried"; exit 1; }\nexec %s "$@"\n' "$work" "$work" "$(command -v qemu-img)" \
    > "$work/moody/qemu-img"
  chmod +x "$work/moody/qemu-img"
  PATH=$work/moody:$PATH image/setup04_create_qemu.sh --dir "$work/moody-image" --data 16 --luks "$work/passphrase" --luks-time 10
}
# The terminal goes away, or a person interrupts the script. The test's own caller may ignore the signal.
interrupted() { # SIGNAL
  mkdir -p "$work/ending"
  printf '#!/bin/sh\nkill -%s "$PPID"\nsleep 1\n' "$1" > "$work/ending/sgdisk"
  chmod +x "$work/ending/sgdisk"
  ! PATH=$work/ending:$PATH env --default-signal="$1" image/setup04_create_qemu.sh --dir "$work/image" --data 0 && no_debris
}
no_debris() { [ "$(cd "$work/image" && echo *)" = 'boot disk.img' ] || { ls "$work/image"; return 1; }; }
# At some 400 MiB mke2fs takes its defaults for small file systems, with an inode for every 4 KiB.
middling() {
  mkdir -p "$work/middling" && cp -a "$work/image/boot" "$work/middling/" || return 1
  head -c 440M /dev/zero | tr '\0' x > "$work/middling/boot/vmlinuz" || return 1
  image/setup04_create_qemu.sh --dir "$work/middling" --data 0
}
full_disk() {
  mkdir -p "$work/small" && unshare -m sh -c 'mount -t tmpfs -o size=2m small "$1" && cp -a "$2/boot" "$1/" &&
    head -c 1500000 /dev/urandom > "$1/boot/vmlinuz" && ! image/setup04_create_qemu.sh --dir "$1" --data 0 &&
    [ "$(cd "$1" && echo *)" = boot ]' - "$work/small" "$work/image"
}
if has 'the disk: no sgdisk' command -v sgdisk && has "the disk: no steve-squash in $programs" command -v steve-squash; then
  mkdir -p "$work/image/boot" "$work/files"
  head -c 300000 /dev/urandom > "$work/files/noise"
  steve-squash pack --quiet --level 1 "$work/files" -o "$work/image/boot/root.squashfs"
  echo kernel > "$work/image/boot/vmlinuz"
  echo initramfs > "$work/image/boot/initramfs.img"
  check 'setup04 makes a disk' setup04 --data 16
  check '… that nobody else reads' private
  check 'the first partition holds the image' first_partition
  check 'the second one is empty and sound' data_partition
  if has 'the EFI system partition: no grub-mkimage with x86_64-efi, or no mtools' sh -c 'command -v grub-mkimage && command -v mcopy && ls -d /usr/lib/grub/x86_64-efi'; then
    check 'the third one is an EFI system partition with a boot loader and a menu' efi_partition
  fi
  if has 'LUKS: no qemu-img' command -v qemu-img; then
    check 'setup04 makes an encrypted partition' luks_partition
    check 'setup04 lets qemu-img try again' luks_again
  fi
  check 'setup04 leaves nothing but the disk' no_debris
  for signal in HUP INT TERM; do check "… also when SIG$signal ends it" interrupted $signal; done
  check 'setup04 takes an image of 440 MiB' middling
  rm -rf "$work/middling"
  cp "$work/image/disk.img" "$work/before"
  printf 'hsqs, but no more' > "$work/image/boot/root.squashfs"
  check 'setup04 refuses a damaged image' says 1 'is damaged' setup04 --data 16
  check '… and leaves the disk as it was' cmp "$work/before" "$work/image/disk.img"
  check '… and no debris' no_debris
  if has 'a full disk: mounting needs root' [ "$(id -u)" -eq 0 ]; then
    steve-squash pack --quiet --level 1 "$work/files" -o "$work/image/boot/root.squashfs"
    check 'a full disk: setup04 fails and leaves no debris' full_disk
  fi
fi
