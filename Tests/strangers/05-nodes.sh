# Once a daemon removed something else that had its name: /dev/null, with --dev-name null. On every back end it replaces
# only what is proved its own, or dead, whatever kind of file that is. (For /dev/NAME of CUSE see
# Tests/vm/scripts/nodes.)
# shellcheck shell=sh disable=SC2154
describe() { stat -c '%F %u:%g %a %t:%T %i' "$1"; }

makeThing() { # KIND PATH
  case $1 in
    file) echo precious > "$2" ;;
    empty) : > "$2" ; ln "$2" "$2.second" ;;
    folder) mkdir "$2" ;;
    link) ln -s /etc/passwd "$2" ;;
    dangling) ln -s /nowhere/at/all "$2" ;;
    pipe) mkfifo "$2" ;;
    linkToPipe) mkfifo "$2.pipe" && ln -s "$2.pipe" "$2" ;;
    device) mknod "$2" c 1 3 ;;
    disk) mknod "$2" b 7 200 ;;
    othersFile) : > "$2" && chown a "$2" ;;
    othersPipe) mkfifo "$2" && chown a "$2" ;;
    socket) python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$2" ;;
  esac
}

# Whether the daemon serves or has given up.
settled() { grep -q serving out || ended "$1"; }

# The thing stays as it was, while a daemon of its name serves or refuses, and afterwards.
keeps() { # BACKEND KIND PATH
  makeThing "$2" "$3"
  before=$(describe "$3")
  status=0
  : > out
  steve --dev-name "$(basename "$3")" --backend "$1" > out 2>&1 &
  pid=$!
  within settled $pid
  during=$(describe "$3")
  kill $pid 2> /dev/null || true
  wait $pid || status=$?
  same "$during" "$before"
  same "$(describe "$3")" "$before"
  [ "$2" != file ] || same "$(cat "$3")" precious
  has out 'is there already|File exists|serves .* already'
}
for kind in file empty folder link dangling pipe linkToPipe device disk othersFile othersPipe socket; do
  check "the pipe's daemon keeps off a $kind in /dev" keeps fifo $kind /dev/pipe-$kind
done
mkdir -p /run/steve
for kind in file empty folder link dangling pipe linkToPipe device disk othersFile othersPipe; do
  check "the FUSE file's daemon keeps off a $kind in its own folder" keeps fuse $kind /run/steve/file-$kind
done

theMachinesOwnDevices() { # BACKEND
  for name in null zero random tty fuse; do
    before=$(describe /dev/$name)
    : > out
    steve --dev-name $name --backend "$1" > out 2>&1 &
    pid=$!
    within settled $pid
    same "$(describe /dev/$name)" "$before"
    kill $pid 2> /dev/null || true
    wait $pid || true
    same "$(describe /dev/$name)" "$before"
  done
}
check 'the devices of the machine stay as they are (pipe)' theMachinesOwnDevices fifo
check 'the devices of the machine stay as they are (FUSE)' theMachinesOwnDevices fuse

ownPipeIsReplaced() {
  daemon left --backend fifo --jobs 2
  same "$(served)" /dev/left
  slay "$daemon"
  wait "$daemon" || true
  need test -p /dev/left
  daemon left --backend fifo --jobs 2
  same "$(served)" /dev/left
  kill "$daemon"
}
check 'the pipe that a killed daemon of that name left is taken over' ownPipeIsReplaced

ownMountIsReplaced() {
  daemon gone --backend fuse --jobs 2
  slay "$daemon"
  wait "$daemon" || true
  daemon gone --backend fuse --jobs 2
  same "$(served)" /run/steve/gone
  kill "$daemon"
}
check 'the FUSE file too' ownMountIsReplaced
