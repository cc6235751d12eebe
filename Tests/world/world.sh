#!/bin/sh
# world.sh TOP PROGRAMS FILE: makes the world of one case in the namespaces that Tests/world/run opened, and runs it there.
#
# In it: $P, the programs, first in PATH as well; $W, an empty folder that everybody may enter; $T, the case's own suite;
# users a (7001) and b (7002) in the group jobserver, out (7003) outside of it, steve (7555).
set -u
top=$1 programs=$2 file=$3
mount --make-rprivate /
mount -t tmpfs -o mode=755 world /mnt
mkdir -p /mnt/bin /mnt/dev/pts /mnt/dev/shm
cp "$programs/steve" "$programs/with-steve" "$programs/stevectl" "$programs/steve-squash" /mnt/bin/
P=/mnt/bin T=$(dirname "$file")
for node in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0' 'fuse 10 229'; do
  # shellcheck disable=SC2086 # three words
  set -- $node
  mknod -m 666 "/mnt/dev/$1" c "$2" "$3"
done
chmod 600 /mnt/dev/fuse
ln -s /proc/self/fd /mnt/dev/fd
ln -s /proc/self/fd/1 /mnt/dev/stdout
ln -s /proc/self/fd/2 /mnt/dev/stderr
ln -s pts/ptmx /mnt/dev/ptmx
mount -t tmpfs -o mode=1777 shm /mnt/dev/shm
mkdir -p /mnt/etc
{ cat /etc/passwd
  echo 'a:x:7001:7001::/mnt/home/a:/bin/sh'
  echo 'b:x:7002:7002::/mnt/home/b:/bin/sh'
  echo 'out:x:7003:7003::/mnt/home/out:/bin/sh'
  grep -q '^steve:' /etc/passwd || echo 'steve:x:7555:7555::/dev/null:/bin/false'; } > /mnt/etc/passwd
{ grep -v '^jobserver:' /etc/group
  echo 'a:x:7001:'; echo 'b:x:7002:'; echo 'out:x:7003:'
  grep -q '^steve:' /etc/group || echo 'steve:x:7555:'
  echo 'jobserver:x:7556:a,b'; } > /mnt/etc/group
mount --bind /mnt/etc/passwd /etc/passwd
mount --bind /mnt/etc/group /etc/group
for user in a b out; do install -d -o $user -g $user -m 755 /mnt/home/$user; done
# Copies the suite's files to where their users may read them, whatever the rights of the checkout's folders are.
cp -r "$T" /mnt/suite
chmod -R a+rX /mnt/suite
T=/mnt/suite
make=$("$top/scripts/gnu-make" 2> /dev/null) && cp "$make" /mnt/bin/make
mount --bind /mnt/dev /dev
mount -t devpts -o newinstance,ptmxmode=666,mode=620 pts /dev/pts || true
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
W=/mnt/work
install -d -m 755 $W
cd $W || exit 1
unset XDG_RUNTIME_DIR MAKEFLAGS STEVE_RUNTIME_DIR STEVE_DEV_NAME STEVE_BACKEND
HOME=$W PATH=$P:/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/tmp SWIFT_BACKTRACE=enable=no
export P T W HOME PATH TMPDIR SWIFT_BACKTRACE
umask 022

# A test is a function that returns 0, or prints why it failed; `need` and the like print what they missed.
check() { # NAME FUNCTION ARGUMENT…
  name=$1
  shift
  # Otherwise a test could read what an earlier command in the background wrote.
  rm -f out err took late eaten lent.out
  # Not in an `if`, where the shell would go on behind a command that fails.
  ( set -e; "$@" ) > "$W/why.$$" 2>&1 < /dev/null
  status=$?
  if [ $status -eq 0 ]; then
    echo "ok $name"
  else
    echo "FAIL $name: status $status: $(tr '\n' '|' < "$W/why.$$" | tail -c 1500)"
  fi
  settle
}
# A daemon of with-steve outlives its last user by a moment: waits until it is gone, so that the next case does not find
# it or its file.
settle() { # [PATTERN]
  tries=0
  while pgrep -f -- "${1:---end-with-users}" > /dev/null && [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}
skip() { echo "skip $*"; }
need() { "$@" || { echo "not so: $*"; return 1; }; }
never() { if "$@"; then echo "so, but should not be: $*"; return 1; fi; }
same() { [ "$1" = "$2" ] || { echo "is '$1', should be '$2'"; return 1; }; }
has() { # FILE PATTERN
  grep -qE -e "$2" "$1" || { echo "no '$2' in:"; cat "$1"; return 1; }
}
lacks() { # FILE PATTERN
  if grep -E -e "$2" "$1"; then return 1; fi
}
# Tries until a command succeeds, for up to half a minute, because the machine may be busy.
within() {
  tries=0
  until "$@" > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "not within 30 s: $*"; return 1; }
    sleep 0.1
  done
}
# The process that serves, a child of the started daemon.
serving() { cut -d ' ' -f 1 "/proc/$1/task/$1/children"; }
# Kills a daemon with its server, so that nobody goes on.
slay() { # PID
  slain=$(serving "$1")
  kill -STOP "$1"
  [ -z "$slain" ] || kill -9 "$slain"
  kill -9 "$1"
  within ended "$1"
  [ -z "$slain" ] || within ended "$slain"
}
ended() { ! kill -0 "$1" 2> /dev/null; }
# Runs a command as a user of the world.
as() { # USER COMMAND…
  case $1 in
    a) groups=7001,7556 ;;
    b) groups=7002,7556 ;;
    *) groups=$(id -g "$1") ;;
  esac
  user=$1
  shift
  setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --groups "$groups" env HOME="/mnt/home/$user" "$@"
}
# Starts a daemon as root and waits until it serves: $daemon is its pid, $log its log.
daemon() { # NAME ARGUMENT…
  # The former daemon of that name was killed, and may take a moment to end.
  settle "^steve --dev-name $1 "
  log=$W/$1.log ready=$W/$1.ready
  rm -f "$ready"
  mkfifo "$ready"
  setsid steve --dev-name "$@" --ready-fd 5 5> "$ready" > /dev/null 2> "$log" < /dev/null &
  # shellcheck disable=SC2034 # for the cases
  daemon=$!
  # shellcheck disable=SC2034
  read -r line < "$ready" || { echo "steve --dev-name $* did not start:"; cat "$log"; return 1; }
}
# The path that a daemon serves, according to its log.
served() { sed -n 's/.* tokens at \(.*\) (.*/\1/p' "${1:-$log}"; }
# Compiles a C program of the suite.
compile() { # NAME: $T/NAME.c becomes $P/NAME
  [ -x "$P/$1" ] || cc -O1 -Wall -o "$P/$1" "$T/$1.c"
}
# shellcheck source=/dev/null
. "$file"

# No case makes a daemon try a system call that its filter refuses.
for said in "$W"/*.log; do
  [ -e "$said" ] || continue
  check "the list of system calls is whole ($(basename "$said"))" lacks "$said" 'refused system call'
done
