# The log's reader may hang or end, and everybody who may connect can cause lines at will. Neither stops the daemon.
# shellcheck shell=sh disable=SC2154,SC2217,SC2094
compile talk
compile muted
mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts

# A member causes lines of the log.
provoke() { # SOCKET COUNT
  yes '{"do":"set","id":1,"values":{"jobs":"1"}}' | head -n "$2" | as a timeout 60 talk "$1" | grep -c '"ok":false'
}
serves() { # NAME
  timeout 20 stevectl status --dev-name "$1" > out && has out 'free'
}
ends() { # PID
  kill "$1"
  within ended "$1"
}

stuckReader() {
  mkfifo pipe
  sleep 1000 < pipe & reader=$!
  steve --dev-name stuck --backend fifo --jobs 4 2> pipe > /dev/null & daemon=$!
  within serves stuck
  same "$(provoke /run/steve/stuck.sock 3000)" 3000
  kill -USR1 $daemon
  need serves stuck
  ends $daemon
  kill $reader
}
check 'a stuck reader of the log stops nothing' stuckReader

fullPipe() { # the pipe keeps 64 KiB, and the daemon counts what is lost until the reader goes on
  mkfifo slow
  sleep 1000 < slow & reader=$!
  steve --dev-name slow --backend fifo --jobs 4 2> slow > /dev/null & daemon=$!
  within serves slow
  exec 7< slow
  yes '{"do":"set","id":1,"values":{"ramp":"1"}}' | head -n 5000 | talk /run/steve/slow.sock > /dev/null
  need serves slow
  timeout 5 cat <&7 > said || true
  exec 7<&-
  has said 'steve: [0-9]* line\(s\) of this log were lost: nobody read it'
  ends $daemon
  kill $reader
}
check 'what a slow reader loses is counted and told' fullPipe

readerThatWent() {
  mkfifo gone
  cat < gone > /dev/null & reader=$!
  steve --dev-name gone --backend fifo --jobs 4 2> gone > /dev/null & daemon=$!
  within serves gone
  kill $reader
  within ended $reader
  same "$(provoke /run/steve/gone.sock 50)" 50
  need serves gone
  ends $daemon
}
check 'a reader that went is no end of the daemon' readerThatWent

stoppedTerminal() {
  muted steve --dev-name mute --backend fifo --jobs 4 > /dev/null & muted=$!
  within serves mute
  same "$(provoke /run/steve/mute.sock 50)" 50
  need serves mute
  ends "$(pgrep -P $muted)"
}
check 'Control-S in the terminal of the log stops nothing' stoppedTerminal

flood() {
  daemon flood --backend fifo --jobs 4
  same "$(provoke /run/steve/flood.sock 3000)" 3000
  need [ "$(wc -l < "$log")" -lt 200 ]
  sleep 2
  provoke /run/steve/flood.sock 1
  has "$log" '[0-9]* more line\(s\) that user 7001 caused were left out'
  ends $daemon
}
check 'one user fills no disk with lines' flood
