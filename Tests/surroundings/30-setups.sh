# Set-ups that nobody has reported, but that a new user may have.
# shellcheck shell=sh disable=SC2154
printf 'J=$(foreach i,1 2 3 4 5 6,j$(i))\nall: $(J)\n$(J):\n\t@echo s >> %s/tr; sleep 0.2; echo e >> %s/tr\n' "$W" "$W" > Makefile
chmod 777 .
peak() { awk '/s/ { n++; if (n > m) m = n } /e/ { n-- } END { print m + 0 }' tr; }
three() { same "$(peak)" 3; within sh -c "! stevectl status --dev-name '$1'"; }

for backend in fifo fuse; do
  closed() { # standard input, output and error are closed: the next opened files get their numbers
    rm -f tr
    ( exec <&- >&- 2>&-; with-steve --dev-name closed --backend "$1" --jobs 3 make -s )
    three closed
    ( exec 0<&-; with-steve --dev-name closed --backend "$1" --jobs 3 make -s )
    three closed
    ( exec 2>&-; with-steve --dev-name closed --backend "$1" --jobs 3 make -s )
    three closed
  }
  check "no standard descriptors ($backend)" closed $backend

  deleted() {
    rm -f tr
    mkdir gone
    ( cd gone && rmdir ../gone && with-steve --dev-name deleted --backend "$1" --jobs 3 make -s -C "$W" )
    three deleted
  }
  check "a working folder that is deleted ($backend)" deleted $backend

  few() {
    rm -f tr
    ( ulimit -n 64; with-steve --dev-name few --backend "$1" --jobs 3 make -s )
    three few
    rm -f tr
    ( ulimit -S -n 20; with-steve --dev-name few --backend "$1" --jobs 3 make -s )
    three few
  }
  check "few descriptors ($backend)" few $backend

  cron() {
    rm -f tr
    env -i SHELL=/bin/sh PATH=/usr/bin:/bin LOGNAME=root HOME=/root setsid nohup "$P/with-steve" --dev-name cron \
      --backend "$1" --jobs 3 "$P/make" -s > out 2>&1
    three cron
  }
  check "cron's environment, setsid, nohup ($backend)" cron $backend

  locale() {
    for value in C POSIX xx_YY.nowhere tr_TR.UTF-8; do
      rm -f tr
      env -u LANG LC_ALL=$value with-steve --dev-name locale --backend "$1" --jobs 3 make -s
      three locale
    done
  }
  check "no locale, and odd ones ($backend)" locale $backend
done

readOnlyHome() {
  mkdir -p home
  mount -t tmpfs -o ro home home
  rm -f tr
  HOME=$W/home TMPDIR=$W/home as out env HOME="$W/home" TMPDIR="$W/home" with-steve --dev-name home --backend fifo --jobs 3 make -s
  three home
  umount home
}
check 'a home and a TMPDIR that cannot be written' readOnlyHome

# A root of its own with next to nothing: no /proc, no /dev but null, no /sys, no /etc.
changedRoot() {
  mkdir -p root/tmp root/dev root/run root/bin
  for program in steve with-steve; do cp "$P/$program" root/bin/; done
  for program in sh sleep cat; do cp -L "$(command -v $program)" root/bin/; done
  for program in root/bin/*; do ldd "$program"; done | awk '$2 == "=>" { print $3 } /^\t\// { print $1 }' | sort -u |
    while read -r library; do mkdir -p "root$(dirname "$library")"; cp -L "$library" "root$library"; done
  mknod -m 666 root/dev/null c 1 3
  status=0
  chroot root /bin/with-steve --dev-name root --backend fifo --jobs 3 /bin/sh -c 'echo "MAKEFLAGS $MAKEFLAGS"' > out 2>&1 || status=$?
  # Without /proc the daemon cannot tell processes apart: it says so, and nothing hangs.
  [ $status = 0 ] || has out 'mount -t proc'
}
check 'a changed root without /proc' changedRoot

bareDev() { # like a container's: no fuse, no node for the pipe's name
  rm -f /dev/fuse tr
  with-steve --dev-name bare --jobs 3 make -s
  three bare
  mount -o remount,bind,ro /dev
  rm -f tr
  with-steve --dev-name bare --jobs 3 make -s
  three bare
  mount -o remount,bind,rw /dev
}
check "a container's /dev, then one that cannot be written" bareDev
