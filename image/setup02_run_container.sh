#!/bin/sh
# setup02_run_container.sh [--tag TAG] [COMMAND…]
# Runs a shell, or COMMAND, in the root tree that setup01_build_image.sh has built. What it changes is gone afterwards.
# The tokens of a steve that runs on this machine are passed in.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --tag) [ $# -gt 1 ] || wrong_usage '--tag wants a value'; tag=$2; shift 2 ;;
    --) shift; break ;;
    -*) wrong_usage "there is no option $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- /bin/sh -l
engine=$(engine)
if [ "$engine" = buildah ]; then
  container=$(buildah from "$tag-system") || fail "there is no image $tag-system: setup01_build_image.sh first"
  trap 'buildah rm "$container" > /dev/null' EXIT
  trap 'exit 1' HUP INT TERM
  terminal=''
  [ ! -t 0 ] || terminal=--terminal
  # shellcheck disable=SC2086 # one word or none
  buildah run $terminal "$container" -- "$@"
else
  if [ -t 0 ]; then set -- -t "$tag-system" "$@"; else set -- "$tag-system" "$@"; fi
  [ ! -c /dev/steve ] ||
    set -- --device /dev/steve --env MAKEFLAGS=--jobserver-auth=fifo:/dev/steve "$@"
  exec "$engine" run --rm -i "$@"
fi
