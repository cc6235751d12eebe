# An intruder in the daemon has its powers: so a server gives up what it does not need (seccomp, Landlock), and serves
# without that if the kernel has neither.
# shellcheck shell=sh disable=SC2154
compile without
cc -O1 -Wall -shared -fPIC -o "$W/intruder.so" "$T/intruder.c"

# Starts a daemon with an intruder in it: $W/got has what the intruder got, and $log what the daemon said.
infested() { # NAME ARGUMENT…
  rm -f "$W/got"
  LD_PRELOAD=$W/intruder.so INTRUDER=$W/got daemon "$@"
  # The second time it says nothing new.
  need stevectl status --dev-name "$1" -v > out
  need stevectl status --dev-name "$1" --json > json
  within grep -q alive "$W/got"
}
cured() {
  kill "$daemon"
  within ended "$daemon"
  rm "$log"
}
refused() { # WHAT…
  for what; do has "$W/got" "^$what 1$"; lacks "$W/got" "^$what 0$"; done
}

filtered() { # BACKEND ARGUMENT…
  infested "$@"
  refused write create mode remove unmount rename fork socket ptrace mount code signal terminal
  has "$W/got" '^newer 38$'
  has "$W/got" '^alive 0$'
  has json '"calls":true'
  has out 'system calls are filtered'
  # The log names each call once, however often it was tried.
  same "$(grep -c 'refused system call' "$log")" "$(grep 'refused system call' "$log" | sort -u | wc -l)"
  has "$log" 'refused system call 101 to myself'
  need [ "$(grep -c 'refused system call' "$log")" -ge 9 ]
  MAKEFLAGS=$(with-steve --dev-name "$1" --print-environment | sed -n "s/^export MAKEFLAGS='\(.*\)'$/\1/p")
  need [ -n "$MAKEFLAGS" ]
  cured
}
if [ "$(uname -m)" = x86_64 ]; then
  check 'an intruder as root can do little (FUSE)' filtered root --backend fuse
  check 'an intruder as root can do little (pipe)' filtered pipe --backend fifo
  check 'an intruder as the user steve can do little' filtered user --backend fuse --user steve
else
  skip "an intruder can do little: the numbers of this case are x86-64's"
fi

executes() {
  export INTRUDER_EXECUTES=1
  infested program --backend fuse
  refused execute
  cured
}
check 'an intruder runs no program' executes

bounded() {
  echo 'STEVE_JOBS="3"' > "$W/conf"
  infested bounded --backend fuse --user steve --config "$W/conf"
  has "$W/got" '^read 13$'
  has json '"files":true'
  # The server still has what it needs: settings, also in a new file, and /proc.
  echo 'STEVE_JOBS="5"' > "$W/conf.new"
  mv "$W/conf.new" "$W/conf"
  kill -HUP "$daemon"
  within sh -c 'stevectl status --dev-name bounded | grep -q "limit 5"'
  as a with-steve --dev-name bounded stevectl status --dev-name bounded -v > out
  has out 'stevectl'
  cured
}
check 'files are bounded for the user steve, and it goes on to work' bounded

unbounded() {
  infested unbounded --backend fuse
  has "$W/got" '^read 0$'
  has json '"files":false'
  has out 'files are not bounded: Landlock would hide'
  cured
}
check 'root looks into processes for labels: no Landlock, and it says so' unbounded

oldKernel() { # ARGUMENT…
  mkfifo old.ready
  without steve --dev-name old "$@" --ready-fd 5 5> old.ready 2> old.log & daemon=$!
  read -r line < old.ready
  need stevectl status --dev-name old -v > out
  has out 'not filtered: no seccomp'
  same "$(grep -c 'no seccomp' old.log)" 1
  need with-steve --dev-name old true
  kill $daemon
  within ended $daemon
  rm old.ready
}
check 'a kernel without seccomp: one line, and it serves' oldKernel --backend fifo
alsoWithoutLandlock() {
  oldKernel --backend fuse --user steve
  same "$(grep -c 'no Landlock' old.log)" 1
}
check 'a kernel without Landlock: one line, and it serves' alsoWithoutLandlock

blockedSignal() { # if SIGSYS is blocked, it kills
  export INTRUDER="$W/got" LD_PRELOAD="$W/intruder.so"
  rm -f "$W/got"
  mkfifo blocked.ready
  python3 -c 'import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGSYS]); signal.signal(signal.SIGSYS, signal.SIG_IGN)
os.execvp(sys.argv[1], sys.argv[1:])' steve --dev-name blocked --backend fuse --ready-fd 5 5> blocked.ready 2> blocked.log & daemon=$!
  read -r line < blocked.ready
  unset INTRUDER LD_PRELOAD
  need stevectl status --dev-name blocked > out
  need stevectl status --dev-name blocked > out
  refused write ptrace
  kill $daemon
  within ended $daemon
  rm blocked.log
}
check 'a starter that blocks SIGSYS does not make a refusal deadly' blockedSignal
