# Kind A of odd surroundings: once the daemon, which others come to share, was a child of the process that came first.
# shellcheck shell=sh disable=SC2154
quiet() { within sh -c "! stevectl status --dev-name '$1'"; }
# The pid of the daemon with that name.
pidOf() { for p in $(pgrep -x steve); do tr '\0' ' ' < "/proc/$p/environ" | grep -q "STEVE_DEV_NAME=$1 " && echo "$p"; done; }
# Runs the first wrapper; its daemon stays for a while.
first() { # NAME BACKEND COMMAND…
  name=$1 backend=$2
  shift 2
  STEVE_DEV_NAME=$name "$@" with-steve --backend "$backend" --jobs 3 --linger 20 true
  pid=$(pidOf "$name")
  need test -n "$pid"
}
end() { kill "$pid"; within ended "$pid"; }

keepsNothing() { # BACKEND
  mkdir -p place
  mkfifo pipe
  ( exec 9> lock 7<> pipe 3> three
    flock -n 9
    cd place
    LD_PRELOAD='' SECRET=word STEVE_FOO='' first "a-$1" "$1" env
    echo "$pid" > "$W/pid" )
  pid=$(cat "$W/pid")
  need flock -n lock true
  ls -l "/proc/$pid/fd" > out
  lacks out '/lock$|/pipe$|/three$'
  lacks out "$W"
  same "$(readlink "/proc/$pid/cwd")" /
  tr '\0' '\n' < "/proc/$pid/environ" > out
  lacks out '^(LD_PRELOAD|SECRET|HOME|PWD)='
  has out '^STEVE_RUNTIME_DIR=/run/steve$'
  has "/proc/$pid/status" '^Umask:.0077'
  end
}
check 'no descriptor, folder, lock, umask or variable of the first wrapper is kept (pipe)' keepsNothing fifo
rm -rf place pipe lock three
check 'no descriptor, folder, lock, umask or variable of the first wrapper is kept (FUSE)' keepsNothing fuse

endOfOutput() { # a reader of any descriptor of the first wrapper reaches its end when the wrapper ends
  for number in 1 2 3 17; do
    start=$(date +%s)
    bash -c "exec $number>&1; STEVE_DEV_NAME=end-$number exec with-steve --backend fifo --jobs 3 --linger 60 true" | cat > /dev/null
    need test $(($(date +%s) - start)) -lt 40
    pid=$(pidOf end-$number)
    end
  done
}
check 'whoever reads what the first wrapper writes reads its end' endOfOutput

terminal() {
  # A reader of a pseudo-terminal reaches its end when no process has it open.
  start=$(date +%s)
  SHELL=/bin/sh script -qec 'STEVE_DEV_NAME=tty with-steve --backend fifo --jobs 3 --linger 60 true' /dev/null > out
  need test $(($(date +%s) - start)) -lt 40
  pid=$(pidOf tty)
  ls -l "/proc/$pid/fd" > fds
  lacks fds '/dev/(pts|tty)'
  end
}
check 'nor a terminal' terminal

unmounted() { # BACKEND
  mkdir -p mnt
  mount -t tmpfs mnt mnt
  ( cd mnt; first "mnt-$1" "$1" env 2> errors; echo "$pid" > "$W/pid" )
  pid=$(cat "$W/pid")
  umount mnt
  end
}
check 'the file system where it was can be unmounted (pipe)' unmounted fifo
check 'the file system where it was can be unmounted (FUSE)' unmounted fuse

priority() { # COMMAND…
  first nice fuse "$@"
  same "$(ps -o ni=,cls= -p "$pid" | tr -d ' ')" 0TS
  end
}
check 'it has no priority of its starter (nice)' priority nice -n 19
check 'it has no priority of its starter (idle)' priority chrt -i 0
check 'it has no priority of its starter (batch)' priority chrt -b 0

limits() {
  # The soft limits: not every machine's root has the capability to raise a hard one.
  ( ulimit -S -t 60; ulimit -S -f 100; ulimit -S -v 4000000; first limits fifo env; echo "$pid" > "$W/pid" )
  pid=$(cat "$W/pid")
  grep -E '^Max (cpu time|file size|address space)' "/proc/$pid/limits" > out
  same "$(awk '{ print $4 }' out | sort -u)" unlimited
  end
}
check 'no limit of time or size' limits

signals() {
  first signals fifo env sh -c 'trap "" HUP TERM CHLD PIPE INT; exec "$@"' sh
  # The daemon itself ignores SIGPIPE and SIGXFSZ; 32 and 33 belong to the C library, which lets nobody change them.
  has "/proc/$pid/status" '^SigIgn:.0000000[01][08]100[01]000$'
  end
}
check 'no signal that its starter ignored is ignored' signals

group=/sys/fs/cgroup/pids/surroundings-$(date +%s)-$$
[ -d /sys/fs/cgroup/pids ] || group=/sys/fs/cgroup/surroundings-$(date +%s)-$$
controlGroup() { # BACKEND
  mkdir "$group"
  sh -c "echo \$\$ > $group/cgroup.procs; STEVE_DEV_NAME=cg-$1 exec with-steve --backend $1 --jobs 3 sleep 60" &
  wrapper=$!
  within stevectl status --dev-name "cg-$1"
  pid=$(pidOf "cg-$1")
  never grep -qx "$pid" "$group/cgroup.procs"
  # Another build goes on when the first wrapper's group is ended.
  printf 'all: 1 2 3 4 5 6 7 8\n%%:\n\t@sleep 0.5\n' > Makefile
  with-steve --dev-name "cg-$1" make -s > out 2>&1 &
  other=$!
  sleep 1
  while read -r p; do kill "$p"; done < "$group/cgroup.procs"
  wait $other
  wait $wrapper || true
  rmdir "$group"
  quiet "cg-$1"
}
# A daemon that may not leave the group is ended with it, unless others use it.
cannotLeave() { # BACKEND
  mkdir "$group"
  sh -c "echo \$\$ > $group/cgroup.procs; exec setpriv --reuid 7001 --regid 7001 --groups 7001,7556 env HOME=/mnt/home/a \
    STEVE_DEV_NAME=stay with-steve --backend fifo --jobs 3 sleep 60" &
  wrapper=$!
  within as a stevectl status --dev-name stay
  pid=$(pidOf stay)
  need grep -qx "$pid" "$group/cgroup.procs"
  printf 'all: 1 2 3 4 5 6 7 8\n%%:\n\t@sleep 0.5\n' > Makefile
  as a with-steve --dev-name stay make -s > out 2>&1 &
  other=$!
  within sh -c "stevectl --version; setpriv --reuid 7001 --regid 7001 --groups 7556 stevectl status --dev-name stay --json | grep -q 'make'"
  while read -r p; do kill "$p" 2> /dev/null || true; done < "$group/cgroup.procs"
  wait $other
  wait $wrapper || true
  within ended "$pid"
  rmdir "$group"
  has /tmp/steve-7001/stay.log 'told to end, but others build with this daemon'
}
if mkdir "$group" 2> /dev/null && rmdir "$group"; then
  check "it leaves its starter's control group, whose end is not others' (pipe)" controlGroup fifo
  check "it leaves its starter's control group, whose end is not others' (FUSE)" controlGroup fuse
  check 'one that may not leave it goes on for others' cannotLeave
else
  skip 'control groups: none can be made here'
fi

itsOwnLog() {
  with-steve --dev-name log --backend fifo --jobs 3 sleep 5 2> err &
  within grep -q 'serving 3 tokens' err
  has /run/steve/log.log 'serving 3 tokens'
  same "$(stat -c %a /run/steve/log.log)" 600
  wait $!
  quiet log
  status=0
  with-steve --dev-name log --backend fifo --user nobody-such true 2> err || status=$?
  same $status 125
  has err 'there is no such user'
}
check 'its log is beside its socket, and what it says at the start is heard' itsOwnLog

# A process' first open file gets a number that the starter has closed: once the log was written over the ledger.
closed() { # BACKEND
  setsid sh -c 'exec steve --dev-name closed --backend "$1" --jobs 3 >&- 2>&-' sh "$1" & daemon=$!
  within stevectl status --dev-name closed > out
  server=$(serving $daemon)
  kill -9 "$server"
  within replaced "$daemon" "$server"
  within stevectl status --dev-name closed > out
  kill $daemon
  within ended $daemon
}
replaced() { now=$(serving "$1"); [ -n "$now" ] && [ "$now" != "$2" ]; }
check 'what its starter closed is not where it logs (pipe)' closed fifo
check 'what its starter closed is not where it logs (FUSE)' closed fuse

# Between the two programs of one process nobody takes signals: a signal waits meanwhile.
upgradedUnderSignals() { # BACKEND
  daemon rain --backend "$1" --jobs 3
  stevectl upgrade --dev-name rain > out 2>&1 & asked=$!
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    for _ in 1 2 3 4 5; do kill -HUP "$daemon"; sleep 0.01; done
  done
  wait $asked
  need kill -0 "$daemon"
  within stevectl status --dev-name rain > out
  kill "$daemon"
  within ended "$daemon"
}
check 'a signal in the middle of an upgrade is heard afterwards (pipe)' upgradedUnderSignals fifo
check 'a signal in the middle of an upgrade is heard afterwards (FUSE)' upgradedUnderSignals fuse
