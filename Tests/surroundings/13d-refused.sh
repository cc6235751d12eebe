# Kind D of odd surroundings: system calls that old kernels lack, or that old container engines' seccomp filters refuse;
# and a daemon without a free descriptor.
# shellcheck shell=sh disable=SC2154
compile deny
printf 'J=$(foreach i,1 2 3 4 5 6,j$(i))\nall: $(J)\n$(J):\n\t@echo s >> tr; sleep 0.2; echo e >> tr\n' > Makefile
peak() { awk '/s/ { n++; if (n > m) m = n } /e/ { n-- } END { print m + 0 }' tr; }
pidfd_open=434 epoll_pwait2=441 close_range=436
EPERM=1 ENOSYS=38

builds() { # BACKEND ERRNO CALL…
  backend=$1 errno=$2 name=refused-$1-$2-$#-$3
  shift 2
  rm -f tr
  timeout 60 deny "$errno" "$@" -- with-steve --dev-name "$name" --backend "$backend" --jobs 3 make -s > out 2>&1 ||
    { cat out; return 1; }
  same "$(peak)" 3
  # The daemon also sees the end of its last user.
  within sh -c "! stevectl status --dev-name $name"
}
for backend in fifo fuse; do
  for errno in $EPERM $ENOSYS; do
    check "a build without pidfd_open ($backend, $errno)" builds $backend $errno $pidfd_open
    check "a build without epoll_pwait2 ($backend, $errno)" builds $backend $errno $epoll_pwait2
    check "a build without close_range ($backend, $errno)" builds $backend $errno $close_range
    check "a build without any of them ($backend, $errno)" builds $backend $errno $pidfd_open $epoll_pwait2 $close_range
  done
done

reclaims() { # the tokens of a killed holder come back a little later
  rm -f ready log
  mkfifo ready
  setsid deny $EPERM $pidfd_open -- steve --dev-name poll --backend fuse --jobs 2 --ready-fd 5 5> ready 2> log &
  daemon=$!
  read -r line < ready
  with-steve --dev-name poll sleep 300 &
  holder=$!
  within sh -c 'stevectl status --dev-name poll --json | grep -q "\"held\":1"'
  kill -9 $holder
  within sh -c 'stevectl status --dev-name poll --json | grep -q "\"held\":0"'
  same "$(grep -c 'pidfd_open is refused' log)" 1
  kill "$daemon"
}
check 'tokens of the dead come back all the same' reclaims

causes() { # the daemon uses a descriptor for each watched process, until only the last is left
  ulimit -n 80
  daemon few --backend fuse --jobs 200
  n=0
  while [ $n -lt 80 ]; do
    with-steve --dev-name few sh -c 'echo > go; exec sleep 300 0< /dev/null' 2> "err.$n" &
    within sh -c "[ -e go ] || [ -s err.$n ]"
    rm -f go
    [ ! -s "err.$n" ] || break
    n=$((n + 1))
  done
  has "err.$n" 'no descriptor left'
  lacks "err.$n" 'PID namespace|has ended'
  kill "$daemon"
}
check 'a daemon with few descriptors left says so' causes

lastOne() { # the connection takes the last descriptor
  daemon last --backend fuse --jobs 2
  server=$(serving "$daemon")
  # The server has told its keeper that it is ready, and has closed that descriptor.
  need stevectl status --dev-name last > status
  n=0
  while [ -e "/proc/$server/fd/$n" ]; do n=$((n + 1)); done
  prlimit --pid "$server" --nofile=$((n + 1)):$((n + 1))
  status=0
  timeout 20 with-steve --dev-name last true > out 2>&1 || status=$?
  same $status 125
  has out 'no descriptor left'
  lacks out 'PID namespace|has ended'
  kill "$daemon"
}
check 'a daemon without any says so' lastOne
