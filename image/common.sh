# shellcheck shell=sh
# Functions for the setup scripts: `. "$here/common.sh"`.
# shellcheck disable=SC2034 # read by the scripts
say() { echo "${0##*/}: $*" >&2; }
fail() { say "$@"; exit 1; }
usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; }
wrong_usage() { say "$@"; usage >&2; exit 64; }
# The folder in which a later script finds what an earlier one has made, and the images' name.
folder=${STEVE_IMAGE_DIR:-$PWD/steve-image}
tag=${STEVE_IMAGE_TAG:-steve-image}

needs() { # COMMAND PACKAGE: fails unless the command is there
  command -v "$1" > /dev/null || fail "this needs $1 (package $2)"
}
# Prints docker, podman or buildah: STEVE_IMAGE_ENGINE, or the first that answers.
engine() {
  for candidate in ${STEVE_IMAGE_ENGINE:-docker podman buildah}; do
    if "$candidate" info > /dev/null 2>&1; then
      echo "$candidate"
      return 0
    fi
  done
  fail "none of these builds containers here: ${STEVE_IMAGE_ENGINE:-docker, podman, buildah} (is its daemon running, may you use it?)"
}
# Prints a path for one of QEMU's lists of options, where each comma stands twice.
qemu_value() { printf '%s\n' "$1" | sed 's/,/,,/g'; }
mebibytes() { # FILE…: how much room the files take, rounded up
  du -kLc --apparent-size "$@" | awk 'END { print int($1 / 1024) + 1 }'
}
