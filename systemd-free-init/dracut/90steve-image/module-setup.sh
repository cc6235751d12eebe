#!/bin/bash
# A dracut module: the root file system is a squashfs image with a writable layer over it. image-root does the work and
# documents the words of the kernel's command line.
# shellcheck disable=SC2154 # what dracut sets

# Only if somebody asks for it: dracut --add steve-image.
check() {
  require_binaries mount umount findfs dd || return 1
  return 255
}

depends() {
  echo base
}

installkernel() {
  hostonly='' instmods loop squashfs overlay ext4 vfat nls_cp437 nls_iso8859_1 virtio_blk virtio_pci dm_crypt xts
}

install() {
  inst_multiple mount umount findfs dd cp mv sed grep mkdir chmod ls cat md5sum sleep tr
  # With these programs the layer can be on an encrypted partition.
  inst_multiple -o cryptsetup lvm
  inst_simple "$(readlink -f "$moddir/image-root")" /sbin/image-root
  inst_hook cmdline 20 "$moddir/claim-root.sh"
  inst_hook mount 20 "$moddir/mount-image.sh"
}
