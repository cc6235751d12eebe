# Once a member could limit everybody to one token for as long as process 1 lives, and not even root could lift that.
# shellcheck shell=sh disable=SC2154
daemon limits --backend fifo --jobs 8
limit() { stevectl status --dev-name limits --json | grep -o '"limit":[0-9]*,"limits' | tr -dc 0-9; }

foreignProcess() {
  never as a stevectl limit --dev-name limits --jobs 1 --while-pid 1 > out 2>&1
  has out 'neither yours nor a descendant of yours'
  never as a stevectl limit --dev-name limits --jobs 1 --while-pid $daemon > out 2>&1
  same "$(limit)" 8
}
check 'nobody binds everybody to a process of others' foreignProcess

ownProcess() {
  as a sh -c 'echo $$; exec sleep 100' > own &
  within test -s own
  own=$(cat own)
  within grep -q sleep "/proc/$own/cmdline"
  as a stevectl limit --dev-name limits --jobs 2 --while-pid $own
  same "$(limit)" 2
  stevectl limit --dev-name limits --list > out
  has out "^jobs 2 while PID $own lives .sleep 100., .* by user 7001$"
  never as b stevectl limit --dev-name limits --drop $own > out 2>&1
  has out 'no limit of yours'
  same "$(limit)" 2
  stevectl limit --dev-name limits --drop $own
  same "$(limit)" 8
  as a stevectl limit --dev-name limits --jobs 3 --while-pid $own
  as a stevectl limit --dev-name limits --drop all
  same "$(limit)" 8
  as a stevectl limit --dev-name limits --jobs 3 --while-pid $own
  kill $own
  within [ "$(limit)" = 8 ]
}
check 'an own process binds; who asked, and root, list and drop it' ownProcess

controlGroup() {
  kill $daemon
  daemon governed --backend fifo --jobs 8 --control-group b
  as b stevectl set --dev-name governed jobs=5
  never as a stevectl set --dev-name governed jobs=6 > out 2>&1
  has out 'members of --control-group'
  never as a stevectl limit --dev-name governed --jobs 1 true > out 2>&1
  as a stevectl status --dev-name governed > out
  has out 'of 5|limit 5'
  never steve --dev-name none --backend fifo --control-group nosuch > out 2>&1
  has out 'there is no group nosuch'
}
check '--control-group: its members set, and nobody else limits' controlGroup
