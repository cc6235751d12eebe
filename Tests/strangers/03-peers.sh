# Once root believed the socket of another user, and wrote into a file that this user named. Root and other users trust
# only root's daemons and their own, and hand out nothing but a jobserver.
# shellcheck shell=sh disable=SC2154
compile fake
printf 'all: 1 2 3 4 5 6 7 8\n%%:\n\t@sleep 0.1\n' > Makefile
printf 'line one\nline two\n' > victim
chmod 644 victim

# Starts a fake daemon as a user; $fake is its pid.
fake() { # USER FOLDER NAME PATH
  as "$1" mkdir -p "$(dirname "$2")" 2> /dev/null || true
  rm -f "$W/fake.out"
  as "$1" fake "$2" "$3" "$4" > "$W/fake.out" &
  fake=$!
  within grep -q listens "$W/fake.out"
}

rootWithAnothersSessionFolder() { # su without -, sudo -E
  fake a /mnt/home/a/xdg/steve one "$W/victim"
  XDG_RUNTIME_DIR=/mnt/home/a/xdg with-steve --dev-name one --backend fifo --jobs 3 make -s > out 2>&1
  # Root's own daemon ends a moment after its last user.
  within sh -c '! stevectl status --dev-name one'
  same "$(cat victim)" "$(printf 'line one\nline two')"
  # Root's own daemon of that name ends with its last user; meanwhile it closes connections.
  within test ! -e /run/steve/one.sock
  XDG_RUNTIME_DIR=/mnt/home/a/xdg never stevectl status --dev-name one > out 2>&1
  has out 'belongs to user 7001'
  kill $fake
}
check 'root does not believe a daemon in another user'"'"'s XDG_RUNTIME_DIR' rootWithAnothersSessionFolder

userWithAnothersSessionFolder() {
  fake a /mnt/home/a/xdg/steve two "$W/victim"
  as b env XDG_RUNTIME_DIR=/mnt/home/a/xdg with-steve --dev-name two --backend fifo sh -c 'echo "$MAKEFLAGS"' > out 2>&1
  has out 'fifo:/tmp/steve-7002/two'
  kill $fake
}
check 'a user neither, and builds with a daemon of its own' userWithAnothersSessionFolder

rootWithAnothersChosenFolder() {
  chmod 777 /mnt/home/a
  mkdir -m 1777 "$W/open"
  fake a "$W/open" three "$W/victim"
  status=0
  STEVE_RUNTIME_DIR=$W/open with-steve --dev-name three make -s > out 2>&1 || status=$?
  same $status 125
  has out 'belongs to user 7001'
  same "$(cat victim)" "$(printf 'line one\nline two')"
  kill $fake
}
check 'a socket of another user in an open folder is refused by name' rootWithAnothersChosenFolder

pathThatIsNoJobserver() { # KIND PATH SENTENCE
  fake root /run/steve "$1" "$2"
  status=0
  with-steve --dev-name "$1" sh -c 'echo "ran with $MAKEFLAGS"' > out 2>&1 || status=$?
  same $status 125
  has out "$3"
  lacks out 'ran with'
  never stevectl run --dev-name "$1" true > out 2>&1
  has out "$3"
  kill $fake
}
mkfifo pipe
ln -s "$W/pipe" link
check 'an ordinary file is not handed out' pathThatIsNoJobserver file "$W/victim" 'it is an ordinary file'
check 'a link to a pipe is not' pathThatIsNoJobserver link "$W/link" 'it is a symbolic link'
check 'a folder is not' pathThatIsNoJobserver folder "$W" 'it is a folder'
check 'a socket is not' pathThatIsNoJobserver socket /run/steve/socket.sock 'neither a named pipe nor a device'
check 'what is not there is not' pathThatIsNoJobserver absent "$W/nothing" 'No such file'

served() { # BACKEND
  with-steve --dev-name "good-$1" --backend "$1" --jobs 3 make -s
}
check 'a named pipe is' served fifo
check 'our FUSE file is' served fuse

# A user starts a daemon by hand, in a folder that another user has made before.
daemonInAnothersFolder() {
  rm -rf /tmp/steve-7002
  as a mkdir -m 777 /tmp/steve-7002
  status=0
  as b timeout 20 steve --dev-name direct --backend fifo > out 2>&1 || status=$?
  same $status 1
  has out '/tmp/steve-7002: it belongs to user 7001'
  same "$(ls /tmp/steve-7002)" ''
  status=0
  as b with-steve --dev-name direct true > out 2>&1 || status=$?
  same $status 125
  has out '/tmp/steve-7002: it belongs to user 7001'
  rmdir /tmp/steve-7002
}
check 'a daemon started by hand does not live in another user'"'"'s folder' daemonInAnothersFolder

folderOfAnyKind() {
  rm -rf /tmp/steve-7002
  as b mkdir -m 700 /mnt/home/b/own
  as b ln -s /mnt/home/b/own /tmp/steve-7002
  as b sh -c '! with-steve --dev-name kinds true' > out 2>&1
  has out 'it is a symbolic link'
  rm /tmp/steve-7002
  as b mkdir -m 777 /tmp/steve-7002
  as b chmod 777 /tmp/steve-7002
  as b with-steve --dev-name kinds --backend fifo true
  same "$(stat -c %a /tmp/steve-7002)" 700
}
check 'a link is no folder of ours, and a folder that is too open is closed' folderOfAnyKind
