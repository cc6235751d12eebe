# Once a member took all places of the control socket, and made the daemon hold 264 MB of answers that nobody read.
# shellcheck shell=sh disable=SC2154
compile talk
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

crowd() {
  # Half of the descriptors are places, and one user may have half of those.
  ulimit -n 512
  daemon places --backend fifo --jobs 4
  mkfifo hold
  as a talk /run/steve/places.sock crowd 300 < hold > in & crowd=$!
  exec 7> hold
  within test -s in
  need [ "$(tr -dc 0-9 < in)" -lt 150 ]
  need timeout 20 stevectl status --dev-name places
  need as b timeout 20 with-steve --dev-name places true
  need timeout 20 stevectl set --dev-name places jobs=3
  # One more wrapper of the same user waits, and builds once there is a place. It runs in a subshell, because a shell
  # that redirects a function keeps a copy of the descriptor that it closes.
  ( exec 7>&-; as a with-steve --dev-name places sh -c 'echo built' ) > late 2>&1 & late=$!
  sleep 2
  lacks late built
  exec 7>&-
  wait $crowd
  within grep -q built late
  kill $daemon
}
check 'a crowd of one user leaves room for root and others, and its own go on later' crowd

unread() {
  daemon unread --backend fuse --jobs 400
  # A status with the command lines of 400 holders has more than 100 KiB.
  long=$(printf '%0240d' 0)
  as a many /run/steve/unread 400 "$long" > took & holders=$!
  within grep -q 'took 400' took
  before=$(resident "$(serving $daemon)")
  mkfifo rest
  as a talk /run/steve/unread.sock unread 300 < rest > held & crowd=$!
  exec 7> rest
  within test -s held
  sleep 3
  during=$(resident "$(serving $daemon)")
  need timeout 20 stevectl status --dev-name unread
  need [ $((during - before)) -lt 16000 ]
  exec 7>&-
  wait $crowd
  kill $holders $daemon
}
if [ -c /dev/fuse ]; then
  compile many
  check 'answers that nobody reads cost no memory' unread
else
  skip 'unread: no /dev/fuse'
fi
