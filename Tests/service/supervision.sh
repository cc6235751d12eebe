# shellcheck shell=sh
# The service scripts, as installed below $prefix, at work. Read by Tests/service/run.
# shellcheck disable=SC2154 # what run sets

s6=$prefix/share/steve/s6/steve
runit=$prefix/share/steve/runit/steve
stevectl=$prefix/bin/stevectl
PATH=$prefix/bin:$PATH

answers() { "$stevectl" status --device "$STEVE_DEV_NAME"; }
silent() { ! answers; }

stop_child() {
  kill "$child"
  status=0
  wait "$child" || status=$?
  child=''
  [ $status = 0 ] || { echo "SIGTERM ended it with $status"; return 1; }
}

# Acts like s6-supervise: gives a pipe as the descriptor that notification-fd names, on which a newline means ready.
s6_tells_ready() {
  mkfifo "$work/ready"
  "$s6/run" 3> "$work/ready" > "$work/log" &
  child=$!
  timeout 20 head -n 1 "$work/ready" > "$work/line"
  [ "$(wc -l < "$work/line")" = 1 ] || { echo "no newline came; $(cat "$work/log")"; return 1; }
  answers > /dev/null || { echo 'it said ready, and does not answer'; return 1; }
  [ "$(cat "$s6/notification-fd")" = 3 ] || { echo 'notification-fd is not 3'; return 1; }
  stop_child
}

# A supervisor may start the daemon again without that descriptor: then it tells nobody, and does not close its own file
# of that number, the lock.
closed_ready_descriptor() {
  "$steve" --ready-fd 3 3>&- 2> "$work/log" &
  child=$!
  within answers || { cat "$work/log"; return 1; }
  status=0
  timeout 20 "$steve" 2> "$work/second" || status=$?
  grep -q 'another steve' "$work/second" || { echo "a second daemon ended with $status: $(cat "$work/second")"; return 1; }
  stop_child
}

# The limits of a service: the same for every supervisor.
bounded() { # PID MASK
  grep -q "^NoNewPrivs:.1$" "/proc/$1/status" || { echo 'it may gain powers'; return 1; }
  grep -q "^Umask:.$2$" "/proc/$1/status" || { grep Umask "/proc/$1/status"; return 1; }
  grep -qE '^Max core file size +0 +0 ' "/proc/$1/limits" || { grep core "/proc/$1/limits"; return 1; }
  # shellcheck disable=SC3045 # where that many are not to be had, none of them can
  if (ulimit -n 65536) 2> /dev/null; then
    grep -qE '^Max open files +65536 +65536 ' "/proc/$1/limits" || { grep open "/proc/$1/limits"; return 1; }
  fi
}
s6_is_bounded() {
  # shellcheck disable=SC3045
  ulimit -c unlimited
  "$s6/run" 3> /dev/null > "$work/log" &
  child=$!
  within answers || { cat "$work/log"; return 1; }
  bounded $child 0077 && stop_child
}
runit_is_bounded() {
  # shellcheck disable=SC3045
  ulimit -c unlimited
  "$runit/run" > "$work/log" &
  child=$!
  within "$runit/check" || { cat "$work/log"; return 1; }
  bounded $child 0077 && stop_child
}

wrong_settings_stay_down() {
  status=0
  STEVE_JOBS=none "$s6/run" 3> /dev/null > "$work/log" || status=$?
  [ $status = 64 ] || { echo "wrong settings end the daemon with $status"; return 1; }
  code=0
  "$s6/finish" 64 0 || code=$?
  [ $code = 125 ] || { echo "s6: finish ended with $code"; return 1; }
  "$s6/finish" 0 0 || { echo 's6: finish failed after a good end'; return 1; }
  mkdir "$work/fake"
  printf '#!/bin/sh\necho "$@" > %s/sv\n' "$work" > "$work/fake/sv"
  chmod 755 "$work/fake/sv"
  (cd "$runit" && PATH=$work/fake:$PATH ./finish 0 0)
  [ ! -e "$work/sv" ] || { echo 'runit: finish acts after a good end'; return 1; }
  (cd "$runit" && PATH=$work/fake:$PATH ./finish 64 0)
  grep -qx "down $runit" "$work/sv" || { echo "runit: finish said sv $(cat "$work/sv")"; return 1; }
}

runit_checks() {
  ! "$runit/check" || { echo 'check succeeds without a daemon'; return 1; }
  "$runit/run" > "$work/log" &
  child=$!
  within "$runit/check" || { cat "$work/log"; return 1; }
  stop_child
  ! "$runit/check" || { echo 'check succeeds after the end'; return 1; }
}

real_s6() {
  cp -r "$s6" "$work/s6"
  s6-supervise "$work/s6" > "$work/log" 2>&1 &
  child=$!
  within s6_is_ready || { cat "$work/log"; return 1; }
  answers > /dev/null || { echo 'up and ready, and does not answer'; return 1; }
  first=$(s6-svstat -o pid "$work/s6")
  kill -9 "$first"
  within s6_has_another || { echo 'it was not started again'; return 1; }
  s6-svc -xd "$work/s6"
  within ended "$child"
  child=''
  silent 2> /dev/null
}
s6_is_ready() { [ "$(s6-svstat -o ready "$work/s6")" = true ]; }
# Asks for both in one call: the killed one may still be ready when its successor has a pid already.
s6_has_another() {
  another=$(s6-svstat -o ready,pid "$work/s6")
  [ "${another% *}" = true ] && [ "${another#* }" != "$first" ]
}

real_runit() {
  cp -r "$runit" "$work/runit"
  rm -r "$work/runit/log"
  runsv "$work/runit" > "$work/log" 2>&1 &
  child=$!
  within test -e "$work/runit/supervise/ok"
  sv start "$work/runit" || { cat "$work/log"; return 1; }
  answers > /dev/null || { echo 'sv start returned, and it does not answer'; return 1; }
  sv force-shutdown "$work/runit"
  within ended "$child"
  child=''
  silent 2> /dev/null
}

sysvinit_serves() {
  rc=$work/rc
  sed "s|/run/steve.pid|$work/rc.pid|; s|/var/log/steve.log|$work/rc.log|" "$prefix/share/steve/sysvinit/steve" > "$rc"
  chmod 755 "$rc"
  "$rc" start || { cat "$work/rc.log"; return 1; }
  bounded "$(cat "$work/rc.pid")" 0077 || return 1
  [ "$(stat -c %a "$work/rc.log")" = 640 ] || { stat "$work/rc.log"; return 1; }
  "$rc" status | grep -q service-test || { echo 'status says nothing of the device'; return 1; }
  before=$(cat "$work/rc.pid")
  "$rc" start && "$rc" reload && "$rc" restart || return 1
  [ "$(cat "$work/rc.pid")" != "$before" ] || { echo 'restart left the old one'; return 1; }
  within grep -q 'read the settings again' "$work/rc.log" || return 1
  "$rc" stop && ! "$rc" status
}

# s6 and runit tell the daemon to end and wait for it: it must end even if its server does nothing.
hung_server_is_stopped() {
  "$s6/run" 3> /dev/null > "$work/log" &
  child=$!
  within answers || { cat "$work/log"; return 1; }
  hung=$(cut -d ' ' -f 1 "/proc/$child/task/$child/children")
  kill -STOP "$hung"
  kill "$child"
  within ended "$child" || { kill -KILL "$hung"; echo 'it waits for a server that does nothing'; return 1; }
  child=''
  ! kill -0 "$hung" 2> /dev/null || { kill -KILL "$hung"; echo 'its server is left'; return 1; }
  grep -q 'was told to end and has done nothing' "$work/log" || { cat "$work/log"; return 1; }
  ! [ -e "$STEVE_RUNTIME_DIR/$STEVE_DEV_NAME.sock" ] || { echo 'its socket is left'; return 1; }
}

# Runs a function of OpenRC's script with the stevectl that `lying` has made.
openrc() { # FUNCTION
  (
    # Like OpenRC: a variable that is not set is empty.
    set +eu
    # shellcheck disable=SC2034 # the script's, as below
    RC_SVCNAME=steve RC_CMD=stop
    # shellcheck disable=SC1091 # what is installed
    . "$work/etc/init.d/steve"
    # shellcheck disable=SC2034 # the script's
    stevectl=$work/lying/stevectl
    "$1"
  )
}
lying() { # TEXT
  rm -rf "$work/lying"
  mkdir "$work/lying"
  printf '#!/bin/sh\necho %s\n' "'$1'" > "$work/lying/stevectl"
  chmod 755 "$work/lying/stevectl"
}
# The server, which is not root, names another process as the one that root should end.
openrc_ends_nobody_else() {
  sleep 1000 &
  child=$!
  for word in $child 1 0 -1 99999999 '"1"' "$child $$"; do
    lying "{\"free\":1,\"orphan\":$word}"
    openrc stop_post
    kill -0 "$child" || { echo "by the word orphan: $word it ended another"; return 1; }
  done
}
# This is a server without a keeper, and it does not end when it is told to.
openrc_kills_a_deaf_orphan() {
  cp "$(command -v sleep)" "$work/steve-server"
  sh -c 'trap "" TERM; exec "$0" 1000' "$work/steve-server" &
  child=$!
  within grep -qx steve-server "/proc/$child/comm"
  lying "{\"free\":1,\"orphan\":$child}"
  openrc stop_post
  within ended_or_zombie "$child" || { echo 'it is left'; return 1; }
}

check 's6: ready is a newline, and then it answers' s6_tells_ready
check 'a ready descriptor that is not open is passed over' closed_ready_descriptor
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
  check 's6: it gains no powers, and has limits and a umask' s6_is_bounded
  check 'runit: it gains no powers, and has limits and a umask' runit_is_bounded
else
  skip 's6, runit: limits, no_new_privs: not root, or no setpriv here'
fi
check 's6, runit: wrong settings stay down' wrong_settings_stay_down
check 'a stop ends a server that does nothing' hung_server_is_stopped
check 'OpenRC: a stop ends nobody whom a server names' openrc_ends_nobody_else
check 'OpenRC: a stop ends a server without a keeper that ignores SIGTERM' openrc_kills_a_deaf_orphan
check 'runit: check knows whether it answers' runit_checks
if command -v s6-supervise > /dev/null; then
  check 's6: ready, started again, stopped by s6 itself' real_s6
else
  skip 's6: ready, started again, stopped by s6 itself: no s6 here'
fi
if command -v runsv > /dev/null; then
  check 'runit: started and stopped by runit itself' real_runit
else
  skip 'runit: started and stopped by runit itself: no runit here'
fi
if command -v start-stop-daemon > /dev/null; then
  check 'sysvinit: start, status, reload, restart, stop' sysvinit_serves
else
  skip 'sysvinit: start, status, reload, restart, stop: no start-stop-daemon here'
fi
