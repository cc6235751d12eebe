# Root makes files in places where other users can foresee the names: once these led root's writing elsewhere. (For the
# packer's files see Tests/squash/run.)
# shellcheck shell=sh disable=SC2154
sticky() { rm -rf "$W/sticky"; mkdir -m 1777 "$W/sticky"; echo precious > "$W/victim"; chmod 600 "$W/victim"; }
daemon files --backend fuse --jobs 2 > /dev/null 2>&1
trace() { timeout 20 stevectl trace --dev-name files --last 10s -o "$1"; }

predictable() { # MAKE plants, as another user, what has the foreseen names
  sticky
  # Every PID that the next thousand processes may have.
  next=$(sh -c 'echo $$')
  as a sh -c "cd '$W/sticky'; n=$next; while [ \$n -lt $((next + 1000)) ]; do $1; n=\$((n + 1)); done"
  trace "$W/sticky/x"
  same "$(cat "$W/victim")" precious
  need test -f "$W/sticky/x"
  never test -L "$W/sticky/x"
  same "$(stat -c %U "$W/sticky/x")" root
}
check 'a trace does not follow a link of the foreseen name' predictable "ln -s '$W/victim' x.\$n.new"
check 'nor does it wait for a pipe of that name' predictable "mkfifo x.\$n.new"
check "nor become another user's file" predictable ": > x.\$n.new"

plantedTarget() { # MAKE
  sticky
  as a sh -c "cd '$W/sticky'; $1"
  never trace "$W/sticky/x" > out 2>&1
  same "$(cat "$W/victim")" precious
  never test -e "$W/victim2"
}
check "a trace is not written through another user's link" plantedTarget "ln -s '$W/victim' x"
check 'nor through one that leads nowhere' plantedTarget "ln -s '$W/victim2' x"
check "nor into another user's pipe" plantedTarget 'mkfifo x'

othersFile() {
  sticky
  as a sh -c ": > '$W/sticky/x'; chmod 666 '$W/sticky/x'"
  trace "$W/sticky/x"
  same "$(stat -c '%U %a' "$W/sticky/x")" 'root 644'
  own=$W/own
  ln -s "$W/there" "$own"
  trace "$own"
  need test -L "$own"
  need test -s "$W/there"
  trace /dev/stdout > out
  has out traceEvents
}
check "another user's file is replaced, and one's own link is followed" othersFile

log() { timeout 30 with-steve --dev-name "log-$1" --backend fifo --log "$2" true; }
plantedLog() { # MAKE
  sticky
  as a sh -c "cd '$W/sticky'; $1"
  never log planted "$W/sticky/log" > out 2>&1
  has out "cannot write the log $W/sticky/log"
  same "$(cat "$W/victim")" precious
  never test -e "$W/victim2"
}
check "a log is not written through another user's link" plantedLog "ln -s '$W/victim' log"
check 'nor through one that leads nowhere' plantedLog "ln -s '$W/victim2' log"
check "nor into another user's file where everybody may make some" plantedLog ': > log; chmod 666 log'
check "nor into another user's pipe" plantedLog 'mkfifo log'

secondName() {
  sticky
  ln "$W/victim" "$W/sticky/log"
  never log second "$W/sticky/log" > out 2>&1
  same "$(cat "$W/victim")" precious
}
check 'nor into a file with a second name' secondName

ownLog() {
  sticky
  log own "$W/sticky/log"
  same "$(stat -c '%U %a' "$W/sticky/log")" 'root 644'
  within sh -c '! stevectl status --dev-name log-own'
  log own "$W/sticky/log"
  same "$(grep -c serving "$W/sticky/log")" 2
  within sh -c '! stevectl status --dev-name log-own'
  log own /dev/null
}
check "one's own is appended to, and a device is one" ownLog
kill "$daemon" 2> /dev/null

# Rules are read in folders where others may write. The packer quotes a line that is no rule or matches nothing, so it
# must not follow another user's link to a secret file.
rulesThroughLinks() {
  mkdir -m 700 "$W/secrets"
  echo 'root-hash-of-shadow' > "$W/secrets/shadow"
  mkdir -p "$W/tree" /mnt/home/a/rules
  touch "$W/tree/file"
  echo '/file' > /mnt/home/a/rules/real
  chown -R a:a /mnt/home/a/rules
  as a ln -s "$W/secrets/shadow" /mnt/home/a/rules/last
  as a ln -s "$W/secrets" /mnt/home/a/rules/folder
  for rules in last folder/shadow ./folder/../folder/shadow; do
    never steve-squash list --paths "$W/tree" --exclude-from "/mnt/home/a/rules/$rules" > out 2>&1
    lacks out hash-of-shadow
    has out 'is a symbolic link of user 7001, who is neither root nor you'
  done
  # Another user's file, and links of one's own and of root's, work as before.
  ln -s /mnt/home/a/rules/real "$W/rules.own"
  ln -s "$W" "$W/way"
  for rules in /mnt/home/a/rules/real "$W/rules.own" "$W/way/rules.own" ../../mnt/work/rules.own; do
    need steve-squash list --paths "$W/tree" --exclude-from "$rules" > out
    has out "^file$"
  done
  (cd "$W/tree" && steve-squash list --paths . --exclude-from /dev/fd/0) < "$W/rules.own" > out
  has out "^file$"
  echo /file | steve-squash list --paths "$W/tree" --exclude-from /dev/fd/0 > out
  has out "^file$"
  ln -s loop "$W/loop"
  never steve-squash list --paths "$W/tree" --exclude-from "$W/loop" > out 2>&1
  never steve-squash list --paths "$W/tree" --exclude-from "$W" > out 2>&1
  has out 'cannot read'
}
check 'rules are read through no link of others' rulesThroughLinks
