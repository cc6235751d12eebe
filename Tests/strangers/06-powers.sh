# Once a daemon that became the user steve gave its folder to that user, whatever folder it was, and so opened a way to
# root; and it kept capabilities that it did not need.
# shellcheck shell=sh disable=SC2154
folderStays() { # MODE
  rm -rf "$W/folder"
  mkdir -m "$1" "$W/folder"
  touch "$W/folder/shadow"
  before=$(stat -c '%u:%g %a' "$W/folder")
  STEVE_RUNTIME_DIR=$W/folder daemon one --backend fifo --user steve
  same "$(stat -c '%u:%g %a' "$W/folder")" "$before"
  kill "$daemon"
  within ended "$daemon"
  same "$(stat -c '%u:%g %a' "$W/folder")" "$before"
  never as steve mv "$W/folder/shadow" "$W/folder/gone" 2> /dev/null
}
for mode in 755 700 1777; do
  check "a folder of mode $mode stays whose it was, and as it was" folderStays $mode
done

machinesFolder() { # BACKEND
  daemon two --backend "$1" --user steve
  same "$(stat -c '%u:%g %a' /run/steve)" '0:0 755'
  need grep -q '^Uid:.7555.7555.7555' "/proc/$(serving "$daemon")/status"
  need stevectl status --dev-name two > out
  as a stevectl status --dev-name two > out
  kill "$daemon"
  within ended "$daemon"
  # Again: what the first daemon left behind as the user steve does not hinder the second.
  daemon two --backend "$1" --user steve
  need stevectl status --dev-name two > out
  kill "$daemon"
  within ended "$daemon"
}
check '/run/steve belongs to root, and a second daemon starts (pipe)' machinesFolder fifo
check '/run/steve belongs to root, and a second daemon starts (FUSE)' machinesFolder fuse

endsWithItsUsers() { # BACKEND
  with-steve --dev-name three --backend "$1" --user steve --linger 0 true
  within sh -c '! stevectl status --dev-name three'
}
check 'it ends with its users all the same (pipe)' endsWithItsUsers fifo
check 'it ends with its users all the same (FUSE)' endsWithItsUsers fuse

capabilities() { sed -n 's/^CapEff:\t//p' "/proc/$(serving "$daemon")/status"; }
powers() { # HIDEPID EXPECTED
  mount -o "remount,hidepid=$1" /proc
  daemon four --backend fuse --user steve
  same "$(capabilities)" "$2"
  kill "$daemon"
  within ended "$daemon"
  mount -o remount,hidepid=0 /proc
}
check 'a daemon that is nobody keeps no power' powers 0 0000000000000000
check 'but CAP_SYS_PTRACE where /proc hides processes' powers 2 0000000000080000

# Another user planted a link where the daemon makes its file, in a folder where everybody may make some.
plantedLink() {
  mkdir -m 1777 -p "$W/sticky"
  echo precious > "$W/victim"
  as a ln -s "$W/victim" "$W/sticky/five"
  status=0
  STEVE_RUNTIME_DIR=$W/sticky timeout 20 steve --dev-name five --backend fuse > out 2>&1 || status=$?
  same $status 1
  same "$(cat "$W/victim")" precious
  lacks /proc/self/mountinfo "$W/victim"
  for kind in lock start; do
    rm -f "$W/sticky/five" "$W/sticky/five.lock" "$W/sticky/five.start"
    as a ln -s "$W/victim" "$W/sticky/five.$kind"
    status=0
    STEVE_RUNTIME_DIR=$W/sticky timeout 20 with-steve --dev-name five --backend fuse true > out 2>&1 || status=$?
    same $status 125
    same "$(cat "$W/victim")" precious
    rm "$W/sticky/five.$kind"
  done
}
check 'nothing is mounted through a link, nor locked' plantedLink

modesUnderAnyUmask() { # UMASK BACKEND
  ( umask "$1"; daemon six --backend "$2" --group jobserver --mode 0660
    same "$(stat -c '%u:%g %a' /run/steve)" '0:0 755'
    same "$(stat -c '%g %a' /run/steve/six.sock)" '7556 660'
    [ "$2" != fifo ] || same "$(stat -c '%g %a' /dev/six)" '7556 660'
    same "$(stat -c %a /run/steve/six.lock)" 600
    kill "$daemon"
    within ended "$daemon" )
}
for umask in 000 022 077 777; do
  check "modes are right under a umask of $umask (pipe)" modesUnderAnyUmask $umask fifo
  check "modes are right under a umask of $umask (FUSE)" modesUnderAnyUmask $umask fuse
done
