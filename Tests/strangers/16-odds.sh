# Once a connection outlived its process, and its requests were applied to the process that had the pid by then.
# shellcheck shell=sh disable=SC2154
compile talk
daemon orphan --backend fifo --jobs 8
orphan() { # REQUEST
  printf '%s\n' "$1" | as a talk /run/steve/orphan.sock orphan > out
  has out 'the process that made this connection has ended'
}
check 'nothing is done for a process that has ended: register' orphan '{"do":"register","id":1,"slot":true}'
check 'nothing is done for a process that has ended: limit' orphan '{"do":"limit","id":1,"values":{"jobs":"1"}}'

helpOnAFullDisk() {
  for program in steve stevectl with-steve steve-squash; do
    never sh -c "$program --help > /dev/full" 2> out
    has out 'cannot write to the standard output'
    never sh -c "$program --version > /dev/full" 2> out
  done
}
check 'help that could not be written is a failure' helpOnAFullDisk
