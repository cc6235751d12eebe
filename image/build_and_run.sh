#!/bin/sh
# build_and_run.sh [OPTION-OF-SETUP01…]
# Builds the image, copies it out, puts it on a disk and boots it: setup01, 03, 04 and 05 one after the other. Settings
# of the others come from the environment: STEVE_IMAGE_DIR, STEVE_IMAGE_TAG, STEVE_IMAGE_ENGINE.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"
case ${1:-} in -h | --help) usage; exit 0 ;; esac
PATH=$PATH:/sbin:/usr/sbin
# Fails an hour earlier than the scripts that need these tools would.
needs "${QEMU:-qemu-system-x86_64}" qemu-system-x86
needs sgdisk gdisk
needs mke2fs e2fsprogs
before=''
for word in "$@"; do
  [ "$word" != -- ] || break
  [ "$before" != --tag ] || export STEVE_IMAGE_TAG="$word"
  before=$word
done
"$here/setup01_build_image.sh" "$@"
"$here/setup03_copy_from_container.sh"
"$here/setup04_create_qemu.sh"
exec "$here/setup05_run_qemu.sh"
