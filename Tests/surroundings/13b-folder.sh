# Kind B of odd surroundings: once the user's number alone chose the socket's folder, and nothing ever repaired it.
# shellcheck shell=sh disable=SC2154
printf 'J=$(foreach i,1 2 3 4 5 6,j$(i))\nall: $(J)\n$(J):\n\t@echo s >> tr; sleep 0.2; echo e >> tr\n' > Makefile
chmod 777 .
# The most jobs that ran at once, according to the recipes.
peak() { awk '/s/ { n++; if (n > m) m = n } /e/ { n-- } END { print m + 0 }' tr; }
# A build with three tokens runs three jobs at once, whatever starts it.
builds() { # COMMAND…
  rm -f tr
  "$@" make -s > out 2>&1 || { cat out; return 1; }
  same "$(peak)" 3
}
quiet() { within sh -c "! stevectl status --dev-name '$1'"; }

rootsUmask() { # BACKEND
  rm -rf /run/steve
  ( umask 077; with-steve --dev-name one --backend "$1" --jobs 3 true )
  same "$(stat -c %a /run/steve)" 755
  quiet one
  as out with-steve --dev-name one --backend fifo --jobs 3 true
  # Also a folder that exists already, made by an edition that did not care.
  chmod 700 /run/steve
  as out with-steve --dev-name closed --backend fifo --jobs 3 true > out 2>&1
  has out 'cannot use /run/steve: only its owner may enter it.*; using /tmp/steve-7003'
  as out stevectl doctor --dev-name nobody > out 2>&1 || true
  has out 'chmod 755 /run/steve'
  lacks out 'gpasswd'
  with-steve --dev-name one --backend "$1" --jobs 3 true
  same "$(stat -c %a /run/steve)" 755
}
check "root's umask of 077 shuts nobody out (pipe)" rootsUmask fifo
check "root's umask of 077 shuts nobody out (FUSE)" rootsUmask fuse

belowRoot() { # BACKEND
  rm -rf /run/steve
  ( umask 077; builds with-steve --dev-name two --backend "$1" --jobs 3 setpriv --reuid 7001 --regid 7001 --groups 7556 )
}
check 'a user builds below root with a umask of 077 (pipe)' belowRoot fifo
check 'a user builds below root with a umask of 077 (FUSE)' belowRoot fuse

session() { # FOLDER WORD
  rm -rf /tmp/steve-7003
  builds as out env XDG_RUNTIME_DIR="$1" with-steve --dev-name three --backend fifo --jobs 3
  within as out env XDG_RUNTIME_DIR="$1" sh -c '! stevectl status --dev-name three'
  rm -f out
  as out env XDG_RUNTIME_DIR="$1" with-steve --dev-name three --backend fifo --jobs 3 sh -c 'echo "$MAKEFLAGS"' > out 2>&1
  has out "$2"
  within as out env XDG_RUNTIME_DIR="$1" sh -c '! stevectl status --dev-name three'
}
mkdir -p /run/user
install -d -o a -g a -m 700 /run/user/7001
install -d -o out -g out -m 700 /run/user/7003 '/run/user/a blank'
check "another user's XDG_RUNTIME_DIR" session /run/user/7001 'cannot use /run/user/7001/steve: it belongs to user 7001.*; using /tmp/steve-7003'
check 'an XDG_RUNTIME_DIR that is not there' session /run/user/4711 'cannot use /run/user/4711/steve: No such file or directory; using /tmp/steve-7003'
check 'a relative XDG_RUNTIME_DIR' session relative 'cannot use relative/steve: it is no absolute path; using /tmp/steve-7003'
check 'an empty XDG_RUNTIME_DIR' session '' 'fifo:/tmp/steve-7003/three'
check "the user's own XDG_RUNTIME_DIR" session /run/user/7003 'fifo:/run/user/7003/steve/three'

relativeChoice() {
  status=0
  STEVE_RUNTIME_DIR=relative with-steve --dev-name four true > out 2>&1 || status=$?
  same $status 125
  has out 'relative: it is no absolute path'
}
check 'a relative STEVE_RUNTIME_DIR is refused with the reason' relativeChoice

fakeRoot() { # COMMAND…
  rm -rf /tmp/steve-7003
  builds as out "$@" with-steve --dev-name five --backend fifo --jobs 3
  quiet five
  same "$(stat -c %u /tmp/steve-7003)" 7003
  never test -e /tmp/steve-0
  # The other way round, and nested below a jobserver.
  builds as out with-steve --dev-name five --backend fifo --jobs 3 "$@"
  quiet five
  builds as out with-steve --dev-name five --backend fifo --jobs 3 "$@" with-steve --dev-name five
  quiet five
}
if command -v fakeroot > /dev/null; then check 'fakeroot' fakeRoot fakeroot; else skip 'fakeroot: there is no such program'; fi
underTheMachinesDaemon() {
  daemon six --backend fuse --jobs 3
  builds as a unshare -r with-steve --dev-name six
  same "$(stevectl status --dev-name six --json | grep -c '"backend":"fuse"')" 1
  kill "$daemon"
  within ended "$daemon"
}
# The kernel refuses a user namespace below a chroot, as Tests/fresh has it, and if the administrator says so.
if as out unshare -r true 2> /dev/null; then
  check 'a user namespace (unshare -r)' fakeRoot unshare -r
  check 'a user namespace finds the daemon of the machine' underTheMachinesDaemon
else
  skip 'a user namespace (unshare -r): the kernel gives a user none here'
  skip 'a user namespace finds the daemon of the machine: the same'
fi

readOnly() {
  rm -rf /tmp/steve-0
  mount -o remount,bind,ro /run
  rm -f tr
  with-steve --dev-name seven --backend fifo --jobs 3 make -s > out 2>&1
  same "$(peak)" 3
  has out 'cannot use /run/steve: Read-only file system; using /tmp/steve-0'
  quiet seven
  mount -o remount,bind,ro /dev
  builds with-steve --dev-name seven --backend fifo --jobs 3
  quiet seven
  ( umask 077; builds with-steve --dev-name seven --backend fifo --jobs 3 setpriv --reuid 7001 --regid 7001 --groups 7556 )
  quiet seven
  mount -o remount,bind,rw /run
  mount -o remount,bind,rw /dev
}
check 'root where /run, then /dev cannot be written' readOnly
