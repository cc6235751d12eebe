# Once, under hidepid, a member could read any process' command line in the status, and passwords in it.
# shellcheck shell=sh disable=SC2154
compile talk
mount -o remount,hidepid=2 /proc 2> /dev/null || mount -t proc -o hidepid=2 proc /proc
daemon hidden --backend fifo --jobs 8
( exec -a 'mysqldump --password=SECRET' sleep 300 ) 2> /dev/null & secret=$!
[ "$(tr '\0' ' ' < /proc/$secret/cmdline 2> /dev/null)" != '' ] || secret=$$
sh -c 'sleep 301; : --password=SECRET' & secret=$!

asked() { # by root and by a member
  stevectl limit --dev-name hidden --jobs 7 --while-pid $secret
  stevectl status --dev-name hidden --json > root
  as a stevectl status --dev-name hidden --json > member
  as a stevectl status --dev-name hidden -v > table
  has root 'SECRET'
  lacks member 'SECRET'
  lacks table 'SECRET'
  has member "\"pid\":$secret"
}
check 'command lines are told only to whom /proc tells them' asked
kill $secret
