# shellcheck shell=sh
# Functions for the scripts in a guest: `. /opt/scripts/common.sh`. The programs are in /opt/steve, the C programs in
# /opt/c. STEVE_SLOW multiplies all time limits.
set -eu
PATH=/opt/steve:/opt/c:$PATH
slow=${STEVE_SLOW:-2}

fail() { echo "$(basename "$0"): $*"; exit 1; }

# await SECONDS WHAT COMMAND…: tries until COMMAND succeeds; fails if the time is over.
await() {
  left=$(($1 * slow * 20)) what=$2
  shift 2
  until "$@"; do
    left=$((left - 1))
    [ $left -gt 0 ] || fail "$what: not in time"
    sleep 0.05
  done
}

# serve NAME TOKENS [OPTION…]: starts a daemon and waits until it answers; its PID is in $server, its log in
# /tmp/NAME.log.
serve() {
  device=$1
  rm -f "/tmp/$device.ready"
  mkfifo "/tmp/$device.ready"
  shift
  steve --dev-name "$device" --ready-fd 3 --jobs "$@" 3> "/tmp/$device.ready" 2> "/tmp/$device.log" &
  # shellcheck disable=SC2034 # for the caller
  server=$!
  read -r _ < "/tmp/$device.ready" || [ -e "/dev/$device" ] || fail "no daemon: $(cat "/tmp/$device.log")"
}

# server_of PID: the process that serves, a child of the started daemon.
server_of() { cut -d ' ' -f 1 "/proc/$1/task/$1/children"; }

# kill_daemon PID: kills the daemon with its server, so that nobody goes on.
kill_daemon() {
  serving=$(server_of "$1")
  kill -STOP "$1"
  kill -KILL "$serving"
  kill -KILL "$1"
}

# field NAME KEY: a number in the daemon's status.
field() { stevectl status --device "$1" --json | sed -n "s/.*\"$2\":\\(-*[0-9]*\\).*/\\1/p"; }

has_free() { [ "$(field "$1" free)" = "$2" ]; }
is_gone() { ! [ -e "$1" ]; }
has_ended() { ! kill -0 "$1" 2> /dev/null; }

# finish PID: ends a daemon like a service manager.
finish() {
  kill "$1"
  wait "$1" && status=0 || status=$?
  [ "$status" = 0 ] || fail "after SIGTERM the daemon ended with $status"
}
