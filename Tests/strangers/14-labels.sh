# Once any user could name a process `[dev-qt/qtbase-6.8.1]`, and use up the share of root's build of that name.
# shellcheck shell=sh disable=SC2154
compile many
spoofed() {
  daemon labels --backend fuse --jobs 8 --per-build-limit 3 --mode 666
  ln -s "$P/many" "$W/m"
  as a bash -c 'exec -a "[dev-qt/qtbase-6.8.1] x" many /run/steve/labels 8' > member & m=$!
  within grep -q took member
  has member '^took 3$'
  bash -c 'exec -a "[dev-qt/qtbase-6.8.1] sandbox" many /run/steve/labels 8' > root & r=$!
  within grep -q took root
  has root '^took 3$'
  kill $m $r $daemon
}
if [ -c /dev/fuse ]; then check 'the uid is a part of a build' spoofed; else skip 'labels: no /dev/fuse'; fi
