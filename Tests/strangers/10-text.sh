# Once the daemon took "4\u0000\nsteve: FORGED" for the number 4, and put the text into the log and on terminals.
# shellcheck shell=sh disable=SC2154,SC1003
compile talk
daemon text --backend fifo --jobs 8
limit() { # TEXT, as in JSON
  printf '{"do":"limit","id":1,"values":{"load-average":"%s"}}\n' "$1" | as a talk /run/steve/text.sock
}

forged() {
  for text in '4\u0000\nsteve: FORGED by PID 1\n\u001b[31mred\u009b2J' '0x10' '4 ' 'inf' 'nan' '1e400'; do
    limit "$text" > out
    has out '"ok":false'
  done
  limit "$(printf '%01000d' 0)12.50" > out
  has out '"ok":false|"ok":true'
  lacks "$log" 'FORGED|load-average 0000'
  stevectl status --dev-name text > out
  lacks out 'load-average 0000'
}
check 'a number is read whole, and kept as the daemon prints it' forged
