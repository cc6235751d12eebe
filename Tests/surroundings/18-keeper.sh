# The keeper is killed, and the next `steve` takes its place.
# shellcheck shell=sh disable=SC2154

# If several come at once, one becomes the keeper, also of a server that already had a second keeper.
lone() { # one of the starters is left
  winner=$(for one in $starters; do ! kill -0 "$one" 2> /dev/null || echo "$one"; done)
  [ "$(echo "$winner" | wc -w)" = 1 ]
}
atOnce() { # BACKEND
  daemon crowd --backend "$1" --jobs 4
  kill -9 "$daemon"
  within grep -q 'serving on' "$log"
  for round in 1 2 3 4 5 6 7 8; do
    starters=''
    for one in 1 2 3 4; do
      setsid steve --dev-name crowd --jobs 4 --backend "$1" 2> "$one.log" &
      starters="$starters $!"
    done
    # Those that come too late end, and say so.
    within lone
    within stevectl status --dev-name crowd
    server=$(serving "$winner")
    same "$(pgrep -x steve-server | xargs)" "$server"
    # The server has the lock in one descriptor, and its keeper holds the claim.
    same "$(find "/proc/$server/fd" -lname '*/crowd.lock' | wc -l)" 1
    grep -q "POSIX .*WRITE $winner .*:$(stat -c %i /run/steve/crowd.lock) " /proc/locks || { cat /proc/locks; return 1; }
    [ "$round" = 8 ] || kill -9 "$winner"
  done
  kill "$winner"
  within ended "$winner"
}
check 'of four that would be the keeper at once one is (pipe)' atOnce fifo
check 'of four that would be the keeper at once one is (FUSE)' atOnce fuse

# A keeper that sees processes under other numbers would think that the holders of tokens have ended.
apart() {
  # shellcheck disable=SC2016
  unshare --pid --fork --mount-proc --kill-child bash -c '
    steve --dev-name apart --jobs 3 --backend fuse 2> inner.log &
    until stevectl status --dev-name apart; do sleep 0.05; done
    exec 3<> /run/steve/apart
    read -r -N1 -u3 token
    read -r -N1 -u3 token
    kill -9 $!
    until grep "serving on" inner.log; do sleep 0.05; done
    touch orphaned
    sleep 60' > out 2>&1 &
  inner=$!
  within test -e orphaned || { cat out inner.log; return 1; }
  status=0
  steve --dev-name apart --jobs 3 --backend fuse 2> outer.log || status=$?
  same "$status" 1
  has outer.log 'may not be its keeper'
  stevectl status --dev-name apart > now
  has now 'held 2,' || { cat now; return 1; }
  kill -9 $inner
}
check 'an orphan of another PID namespace is left to its own' apart

# The kernel remembers the attributes of a dead mount's file, so that it seems alive.
deadMount() {
  for _ in 1 2 3; do
    daemon dead --jobs 2 --backend fuse
    stat /run/steve/dead > /dev/null
    slay "$daemon"
  done
  daemon dead --jobs 2 --backend fuse
  same "$(grep -c ' /run/steve/dead ' /proc/mounts)" 1
  kill "$daemon"
  within ended "$daemon"
  never grep -q ' /run/steve/dead ' /proc/mounts
}
check 'mounts of daemons that were killed do not pile up' deadMount

# The settings of the present keeper say who may use the socket.
tightened() {
  daemon mode --jobs 2 --backend fifo
  same "$(stat -c %a /run/steve/mode.sock)" 660
  kill -9 "$daemon"
  within grep -q 'serving on' "$log"
  stevectl upgrade --dev-name mode 2> out && return 1
  has out "keeper, PID $daemon, was killed: start steve again"
  daemon mode --jobs 2 --backend fifo --mode 0600
  same "$(stat -c %a /run/steve/mode.sock)" 600
  kill "$daemon"
  within ended "$daemon"
}
check 'a keeper that lets fewer in closes the socket to the others' tightened
