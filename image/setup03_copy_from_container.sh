#!/bin/sh
# setup03_copy_from_container.sh [--tag TAG] [--dir DIR]
# Copies what boots out of the image TAG into DIR/boot: root.squashfs, vmlinuz and initramfs.img. No container runs.
#   --dir DIR   ./steve-image, or $STEVE_IMAGE_DIR
# Older files stay until the new ones are complete.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --tag) [ $# -gt 1 ] || wrong_usage '--tag wants a value'; tag=$2; shift 2 ;;
    --dir) [ $# -gt 1 ] || wrong_usage '--dir wants a value'; folder=$2; shift 2 ;;
    *) wrong_usage "there is no option $1" ;;
  esac
done
engine=$(engine)
# The image contains /etc/shadow.
umask 077
new=$folder/boot.new
trap 'exit 1' HUP INT TERM
begin() { mkdir -p "$folder" && rm -rf "$new" && mkdir "$new"; }
if [ "$engine" = buildah ]; then
  container=$(buildah from --pull=false "$tag") || fail "there is no image $tag: setup01_build_image.sh first"
  trap 'buildah rm "$container" > /dev/null; rm -rf "$new"' EXIT
  begin
  mounted=$(buildah mount "$container")
  cp "$mounted"/boot/* "$new/"
else
  # Makes a container that is never started; still its command must be named.
  container=$("$engine" create "$tag" none) || fail "there is no image $tag: setup01_build_image.sh first"
  trap '"$engine" rm "$container" > /dev/null; rm -rf "$new"' EXIT
  begin
  "$engine" cp "$container:/boot/." "$new"
fi
for file in root.squashfs vmlinuz initramfs.img; do
  [ -s "$new/$file" ] || fail "the image $tag holds no /boot/$file"
done
rm -rf "${folder:?}/boot"
mv "$new" "$folder/boot"
say "$folder/boot: $(mebibytes "$folder"/boot/*) MiB"
