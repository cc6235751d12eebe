# A named pipe in unexpected states: left by a killed daemon, removed, too small, or without inotify.
# shellcheck shell=sh disable=SC2154
printf 'all: 1 2 3 4\n1 2 3 4:\n\t@echo s >> tr; sleep 0.2; echo e >> tr\n' > Makefile
chmod 777 .
peak() { awk '/s/ { n++; if (n > m) m = n } /e/ { n-- } END { print m + 0 }' tr; }

killed() {
  daemon dead --backend fifo --jobs 3
  slay "$daemon"
  need test -p /dev/dead
  MAKEFLAGS=--jobserver-auth=fifo:/dev/dead timeout 60 make -s & make=$!
  sleep 1
  need kill -0 $make
  daemon dead --backend fifo --jobs 3
  wait $make
  same "$(grep -c e tr)" 4
  kill $daemon
  within test ! -e /dev/dead
}
check 'who waits at the pipe of a killed daemon goes on with the next' killed

afterUser() {
  rm -f tr
  daemon dropped --backend fifo --jobs 3 --user steve
  kill $daemon
  within ended $daemon
  MAKEFLAGS=--jobserver-auth=fifo:/dev/dropped timeout 60 make -s & make=$!
  sleep 1
  daemon dropped --backend fifo --jobs 3 --user steve
  wait $make
  kill $daemon
}
check 'so it is after --user, who cannot remove it' afterUser

failedStart() {
  mkdir /run/steve/fails.sock
  never steve --dev-name fails --backend fifo > out 2>&1
  never test -e /dev/fails
  never test -e /run/steve/fails
}
check 'a start that failed leaves no pipe' failedStart

everyInit() { # the scripts that run after a service has been stopped
  for init in runit s6; do
    mkfifo "/dev/of-$init"
    STEVE_DEV_NAME=of-$init sh "$S/$init/steve/finish" 0 0
    never test -e "/dev/of-$init"
    mkfifo "/dev/of-$init"
    STEVE_DEV_NAME=of-$init sh "$S/$init/steve/finish" 256 11
    need test -p "/dev/of-$init"
  done
}
S=$(cd "$(dirname "$file")/../../systemd-free-init" && pwd)
check 'the stop of runit and s6 takes it away, and a crash does not' everyInit

removed() { # HOW
  rm -f tr
  as a with-steve --dev-name "gone$1" --backend fifo --jobs 2 sleep 20 & first=$!
  within as a stevectl status --dev-name "gone$1"
  path=/tmp/steve-7001/gone$1
  need test -p "$path"
  if [ "$1" = 1 ]; then rm "$path"; else rm -r /tmp/steve-7001; fi
  as a with-steve --dev-name "gone$1" --backend fifo --jobs 2 sh -c 'test -p "${MAKEFLAGS#*fifo:}" && make -s' > out 2>&1
  same "$(peak)" 2
  kill $first
}
check 'a removed pipe is not handed out' removed 1
check 'nor one of a removed folder' removed 2

tooMany() { # JOBS
  rm -f tr
  daemon "many$1" --backend fifo --jobs "$1"
  MAKEFLAGS=--jobserver-auth=fifo:/dev/many$1 timeout 60 make -s
  same "$(peak)" 4
  # Whatever was read and written before, a client can give back what it took.
  timeout 60 python3 - "/dev/many$1" <<'P'
import os, sys
f = os.open(sys.argv[1], os.O_RDWR)
for n in (1, 2, 3, 5000, 4095, 4096, 4097):
    b = os.read(f, n)
    while b: b = b[os.write(f, b):]
P
  stevectl status --dev-name "many$1" > out
  kill $daemon
}
for jobs in 60000 65535 65536; do check "--jobs $jobs hangs nobody" tooMany $jobs; done

smallPipes() { # a user who has many pipes gets new ones of a page or two
  as a python3 -c '
import os, time
l = []
try:
    while len(l) < 1500: l.append(os.pipe())
except OSError: pass
print("full", flush=True); time.sleep(60)' > eaten & eater=$!
  within grep -q full eaten
  rm -f tr
  as a steve --dev-name small --backend fifo --jobs 60000 2> small.log & small=$!
  within as a stevectl status --dev-name small
  size=$(as a python3 -c 'import fcntl, os; print(fcntl.fcntl(os.open("/tmp/steve-7001/small", os.O_RDWR), 1032))')
  [ "$size" -ge 65536 ] || has small.log 'warning: the pipe holds [0-9]* tokens at most, not 60000'
  as a env MAKEFLAGS=--jobserver-auth=fifo:/tmp/steve-7001/small timeout 60 make -s
  kill $small $eater
  echo "a pipe of $size bytes"
}
check 'a small pipe has no more tokens than fit' smallPipes

noInotify() { # in a user namespace that may have no inotify instance: root's own would be used up for the whole machine
  rm -f tr
  cat > blind.sh <<'B'
set -e
echo 0 > /proc/sys/user/max_inotify_instances
steve --dev-name blind --backend fifo --jobs 3 --group root 2> blind.log & daemon=$!
until stevectl status --dev-name blind > /dev/null 2>&1; do sleep 0.1; done
MAKEFLAGS=--jobserver-auth=fifo:/dev/blind timeout 60 make -s
# The daemon makes up tokens that ended with their holder here, too.
timeout 20 head -c 2 /dev/blind > /dev/null
for try in $(seq 100); do
  ! stevectl status --dev-name blind --json | grep -q '"free":3' || break
  sleep 0.1
done
stevectl status --dev-name blind --json | grep -q '"free":3'
kill $daemon
B
  unshare --user --map-root-user sh blind.sh
  has blind.log 'cannot watch /dev/blind \(inotify: .*\): looking after it twice a second'
  same "$(peak)" 4
}
if unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_inotify_instances' 2> /dev/null; then
  check 'where inotify refuses the pipe is polled' noInotify
else
  skip 'inotify: no user namespace with a limit of its own can be had'
fi
