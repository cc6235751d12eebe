# A wrapper stays as the command's parent, its daemon dies, and another cannot be started at once. Once the first
# failure was final; now the wrapper tries each second, as it does with other people's daemons.
# shellcheck shell=sh disable=SC2154
again() { # BACKEND
  mkdir -p bin
  cp "$P/with-steve" "$P/steve" bin/
  bin/with-steve --supervise --dev-name again --backend "$1" --jobs 2 --log log sleep 60 2> out &
  wrapper=$!
  within stevectl status --dev-name again
  mv bin/steve bin/away
  # The keeper and its server, which may be gone by then.
  pgrep -x -f '.*bin/steve .*--end-with-users.*' | xargs kill -9 || true
  within grep -q 'cannot be started again.*trying each second' out
  sleep 3
  same "$(grep -c 'cannot be started again' out)" 1
  mv bin/away bin/steve
  within grep -q 'was started again' out
  within stevectl status --dev-name again
  kill $wrapper
  wait $wrapper || true
}
check 'a daemon that cannot be started at once is started later (pipe)' again fifo
check 'a daemon that cannot be started at once is started later (FUSE)' again fuse

# Two connections of one process wait for one slot; when the first closes, the second gets the slot.
oneSlot() { # BACKEND
  rm -f out # The former case's output would pass here.
  daemon slot --backend "$1" --jobs 1
  with-steve --dev-name slot sleep 60 &
  holder=$!
  within sh -c 'stevectl status --dev-name slot --json | grep -q "\"held\":1"'
  python3 - /run/steve/slot.sock $holder > out <<'PYTHON' &
import json, os, signal, socket, sys

def connect():
    peer = socket.socket(socket.AF_UNIX)
    peer.connect(sys.argv[1])
    lines = peer.makefile("rw")
    lines.readline()
    return peer, lines

def ask(lines, number):
    lines.write('{"do":"register","id":%d,"slot":true}\n' % number)
    lines.flush()
    return json.loads(lines.readline())

(one, first), (two, second) = connect(), connect()
print("first", ask(first, 1).get("waiting"), flush=True)
print("second", ask(second, 2).get("waiting"), flush=True)
first.close()
one.close()
os.kill(int(sys.argv[2]), signal.SIGTERM)
print("then", json.loads(second.readline()).get("ok"), flush=True)
signal.pause()
PYTHON
  client=$!
  within grep -q '^then True' out
  has out '^first True'
  has out '^second True'
  within sh -c 'stevectl status --dev-name slot --json | grep -q "\"held\":1"'
  kill $client
  within sh -c 'stevectl status --dev-name slot --json | grep -q "\"held\":0"'
  kill "$daemon"
  within ended "$daemon"
}
check 'a second connection waits for the same slot, and inherits it (pipe)' oneSlot fifo
check 'a second connection waits for the same slot, and inherits it (FUSE)' oneSlot fuse
