#!/bin/sh
# setup01_build_image.sh [OPTION…] [-- OPTION-OF-THE-ENGINE…]
# Builds the container images: TAG-system, the Gentoo root tree with its kernel, and TAG, the three files that boot it.
#   --stage3 IMAGE         the base image (a dated gentoo/stage3; see the Dockerfile)
#   --portage IMAGE        the image with the tree of ebuilds, of the same date
#   --steve source|tarball compile steve in a container (default), or take the one tarball in dist/ (make dist)
#   --password-file FILE   the first line is root's password; without it nobody can log in as root
#   --user NAME            a user in wheel (with sudo) and jobserver; root's password, or
#   --user-password-file FILE the first line is the user's own
#   --jobs N               how many tokens (the number of processors)
#   --cuse                 let build steps make devices, so that tokens have accounts by process: docker alone; its builder must permit
#                          security.insecure, and this machine's kernel have CUSE. Without it: a named pipe.
#   --tag TAG              steve-image
# An unchanged step is taken from the engine's cache, so running this again goes on where it failed.
# STEVE_IMAGE_ENGINE: docker, podman or buildah.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=image/common.sh
. "$here/common.sh"

stage3='' portage='' steve=source password='' user='' user_password='' jobs=$(nproc) cuse=''
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --cuse) cuse=1; shift; continue ;;
    --) shift; break ;;
  esac
  [ $# -gt 1 ] || wrong_usage "$1: no such option, or it wants a value"
  case $1 in
    --stage3) stage3=$2 ;;
    --portage) portage=$2 ;;
    --steve) steve=$2 ;;
    --password-file) password=$2 ;;
    --user) user=$2 ;;
    --user-password-file) user_password=$2 ;;
    --jobs) jobs=$2 ;;
    --tag) tag=$2 ;;
    *) wrong_usage "there is no option $1" ;;
  esac
  shift 2
done
case $steve in source | tarball) ;; *) wrong_usage "--steve $steve: source or tarball" ;; esac
case $jobs in '' | 0* | *[!0-9]*) wrong_usage "--jobs $jobs: not a number of tokens" ;; esac
for file in "$password" "$user_password"; do
  [ -z "$file" ] || [ -s "$file" ] || fail "--password-file $file: no such file, or it is empty"
  [ -z "$file" ] || [ -n "$(head -n 1 "$file")" ] || fail "--password-file $file: its first line is empty"
done
[ -z "$user_password" ] || [ -n "$user" ] || wrong_usage '--user-password-file wants --user'
if [ "$steve" = tarball ]; then
  found=$(find "$here/../dist" -name 'steve-*-linux-*.tar.*' 2> /dev/null | wc -l)
  [ "$found" -eq 1 ] || fail "dist/ holds $found tarballs, not one: make dist"
fi
engine=$(engine)

# Both ways use one Dockerfile: each step that builds begins with with-steve, and only these steps may get devices.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp "$here/Dockerfile" "$work/Dockerfile"
case $cuse:$engine in
  1:docker)
    sed -i '1i # syntax=docker/dockerfile:1-labs' "$work/Dockerfile"
    sed -i 's/^RUN \(.*\)with-steve/RUN --security=insecure \1with-steve/' "$work/Dockerfile"
    set -- --allow security.insecure "$@"
    ;;
  1:*) fail "--cuse wants docker: in a build $engine opens no device that is made in it. Leave it out: a named pipe does" ;;
esac
[ -z "$stage3" ] || set -- --build-arg "STAGE3=$stage3" "$@"
[ -z "$portage" ] || set -- --build-arg "PORTAGE=$portage" "$@"
[ -z "$user" ] || set -- --build-arg "LOGIN_USER=$user" "$@"
# The builders' caches do not notice that a secret has changed, so a build argument says when it was written.
written=''
for secret in "password:$password" "user-password:$user_password"; do
  file=${secret#*:} secret=${secret%%:*}
  [ -n "$file" ] || continue
  # A secret's path may have no comma, so a link leads to it.
  ln -s "$(readlink -f "$file")" "$work/$secret"
  written=$written-$(date -r "$file" +%s.%N)
  set -- --secret "id=$secret,src=$work/$secret" "$@"
done
[ -z "$written" ] || set -- --build-arg "LOGIN=root$written" "$@"
[ "$engine" != docker ] || set -- --progress plain "$@"
[ "$engine" != buildah ] || set -- --layers "$@"

# A wrong argument shows within seconds, before anything is compiled.
for target in preflight system artifacts; do
  name=$tag
  [ $target = artifacts ] || name=$tag-$target
  say "$engine builds $name"
  "$engine" build --build-arg "STEVE_FROM=$steve" --build-arg "STEVE_JOBS=$jobs" --target $target --tag "$name" "$@" \
    --file "$work/Dockerfile" "$here/.." || fail "$engine could not build $name; what it said last stands above"
done
