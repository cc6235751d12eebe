# Kind E of odd surroundings: a process that holds a slot waits for another one, and says nothing. (This test has a time
# limit, which ends a process that would wait for ever.)
# shellcheck shell=sh disable=SC2154
clean() { env -i PATH="$PATH" STEVE_DEV_NAME="$STEVE_DEV_NAME" "$@"; }
nested() { # BACKEND JOBS COMMAND…
  backend=$1 jobs=$2
  shift 2
  STEVE_DEV_NAME=nested
  export STEVE_DEV_NAME
  timeout 60 with-steve --backend "$backend" --jobs "$jobs" "$@"
}
for backend in fifo fuse; do
  # shellcheck disable=SC2016 # for the shell below
  check "a cleaned environment below a wrapper ($backend)" \
    nested $backend 1 sh -c 'env -i PATH="$PATH" STEVE_DEV_NAME=nested with-steve true'
  # shellcheck disable=SC2016
  check "and one more below that ($backend)" nested $backend 1 sh -c \
    'env -i PATH="$PATH" STEVE_DEV_NAME=nested with-steve sh -c "env -i PATH=\"\$PATH\" STEVE_DEV_NAME=nested with-steve true"'
  check "another MAKEFLAGS ($backend)" nested $backend 1 env MAKEFLAGS=-j4 with-steve true
  check "in a session of its own ($backend)" nested $backend 1 env -u MAKEFLAGS setsid --wait with-steve true
  check "as another user ($backend)" nested $backend 1 env -i PATH="$PATH" STEVE_DEV_NAME=nested \
    setpriv --reuid 7001 --regid 7001 --groups 7556 with-steve true
  check "in a PID namespace below ($backend)" nested $backend 1 env -u MAKEFLAGS unshare --pid --fork with-steve true
  # shellcheck disable=SC2016
  printf 'all: a b c\na b c:\n\t@env -i PATH="$$PATH" STEVE_DEV_NAME=nested with-steve sleep 0.2\n' > Makefile
  check "recipes that clean their environment, on two tokens ($backend)" nested $backend 2 make -s
done

slotIsCounted() { # BACKEND: a process without a registered ancestor has its own slot
  daemon counted --backend "$1" --jobs 2
  with-steve --dev-name counted sleep 60 &
  one=$!
  with-steve --dev-name counted sleep 60 &
  within sh -c 'stevectl status --dev-name counted --json | grep -q "\"held\":2"'
  never timeout 3 with-steve --dev-name counted true
  kill $one $! "$daemon"
}
check 'wrappers beside one another have a slot each (pipe)' slotIsCounted fifo
check 'wrappers beside one another have a slot each (FUSE)' slotIsCounted fuse

sayWhy() { # BACKEND PATTERN
  daemon long --backend "$1" --jobs 1
  with-steve --dev-name long sleep 300 &
  holder=$!
  within sh -c 'stevectl status --dev-name long --json | grep -q "\"held\":1"'
  with-steve --dev-name long true > out 2>&1 &
  waiter=$!
  within grep -q 'no free token for 10 s' out
  has out "PID $holder \\(sleep 300\\)"
  kill $holder
  wait $waiter
  same "$(grep -c 'no free token' out)" 1
  kill "$daemon"
}
check 'who waits for 10 s says who has the tokens, off a terminal too (pipe)' sayWhy fifo
check 'who waits for 10 s says who has the tokens, off a terminal too (FUSE)' sayWhy fuse
