#!/bin/sh
# setup05_run_qemu.sh [OPTION…]
# Boots DIR/disk.img in QEMU, with the kernel and the initramfs of DIR/boot or by its own boot loader; the console is this terminal (end it with
# Ctrl-A X).
#   --dir DIR              ./steve-image, or $STEVE_IMAGE_DIR
#   --mode copy|place      run from memory (default), or from the disk
#   --overlay tmpfs|data   keep what is written in memory (default), or on the partition steve-data
#   --memory MIB           twice the image and 768 MiB more, if not given
#   --smp N                processors (2)
#   --accel auto|kvm|tcg   auto: KVM when it boots this kernel within 20 s, else emulation
#   --append WORDS         more for the kernel's command line
#   --efi                  as a machine with UEFI does, by the disk's own boot loader: its menu has the mode and the overlay
#   --snapshot             forget what is written to the disk
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"

mode=copy overlay=tmpfs memory='' smp=2 accel=auto append='' snapshot=off efi=''
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --snapshot) snapshot=on; shift; continue ;;
    --efi) efi=1; shift; continue ;;
  esac
  [ $# -gt 1 ] || wrong_usage "$1: no such option, or it wants a value"
  case $1 in
    --dir) folder=$2 ;;
    --mode) mode=$2 ;;
    --overlay) overlay=$2 ;;
    --memory) memory=$2 ;;
    --smp) smp=$2 ;;
    --accel) accel=$2 ;;
    --append) append=$2 ;;
    *) wrong_usage "there is no option $1" ;;
  esac
  shift 2
done
case $mode in copy | place) ;; *) wrong_usage "--mode $mode: copy or place" ;; esac
case $overlay in
  tmpfs) ;;
  data) overlay=PARTLABEL=steve-data ;;
  *) wrong_usage "--overlay $overlay: tmpfs or data" ;;
esac
qemu=${QEMU:-qemu-system-x86_64}
needs "$qemu" qemu-system-x86
for file in boot/vmlinuz boot/initramfs.img disk.img; do
  [ -s "$folder/$file" ] || fail "there is no $folder/$file: setup03_copy_from_container.sh and setup04_create_qemu.sh first"
done
[ -n "$memory" ] || memory=$(($(mebibytes "$folder/boot/root.squashfs") * 2 + 768))

# A node in /dev does not prove that KVM works: this kernel, without a root, must print something before it gives up.
kvm_works() {
  [ -w /dev/kvm ] || return 1
  timeout 20 "$qemu" -machine q35 -accel kvm -cpu host -m 512 -nodefaults -nographic -no-reboot -serial stdio \
    -kernel "$folder/boot/vmlinuz" -append 'console=ttyS0 panic=-1' < /dev/null 2>&1 | grep -q 'end Kernel panic\|Rebooting'
}
case $accel in
  kvm | tcg) ;;
  auto) if kvm_works; then accel=kvm; else accel=tcg; fi ;;
  *) wrong_usage "--accel $accel: auto, kvm or tcg" ;;
esac
line="console=ttyS0 panic=10 steve.image=PARTLABEL=steve-image steve.mode=$mode steve.overlay=$overlay"
if [ "$accel" = kvm ]; then
  set -- -accel kvm -cpu host
else
  say 'not with KVM but by emulation, ten to thirty times slower'
  set -- -accel tcg,thread=multi -cpu Haswell
  line="$line no_timer_check mitigations=off"
  # QEMU's emulation of cmpxchg16b breaks guests on a busy machine; QEMU 10 emulates it correctly.
  case $("$qemu" --version) in
    *'version '[1-9].*) line="$line clearcpuid=cx16,smap,smep" ;;
  esac
fi
if [ -n "$efi" ]; then
  [ -z "$append" ] || wrong_usage '--append has no place with --efi: the line is in the menu (setup04 --append)'
  firmware=''
  for firmware in "${OVMF:-}" /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_CODE.fd /usr/share/edk2-ovmf/OVMF_CODE.fd \
    /usr/share/edk2/OvmfX64/OVMF_CODE.fd ''; do
    [ ! -s "$firmware" ] || break
  done
  [ -n "$firmware" ] || fail 'this needs a UEFI firmware for QEMU (package ovmf; Gentoo: sys-firmware/edk2-bin), or OVMF=FILE'
  set -- "$@" -drive "if=pflash,unit=0,format=raw,readonly=on,file=$(qemu_value "$firmware")"
else
  set -- "$@" -kernel "$folder/boot/vmlinuz" -initrd "$folder/boot/initramfs.img" -append "$line${append:+ $append}"
fi
exec "$qemu" -machine q35 "$@" -smp "$smp" -m "$memory" -nodefaults -nographic -no-reboot -serial mon:stdio \
  -drive "if=virtio,format=raw,snapshot=$snapshot,file=$(qemu_value "$folder/disk.img")" -device virtio-rng-pci \
  -netdev user,id=net -device virtio-net-pci,netdev=net,romfile=
