# Once a gate whose file could not be opened was open, and a limit that cannot be measured was ignored without a word.
# shellcheck shell=sh disable=SC2154
# A file of ours lies over one of /proc, so that the test can break it.
oddLoad() {
  echo 'no load here' > odd
  mount --bind odd /proc/loadavg
  daemon odd --backend fifo --jobs 4 --load-average 2
  has "$log" 'warning: load-average has no effect: /proc/loadavg of this machine cannot be understood'
  never stevectl set --dev-name odd load-average=3 > out 2>&1
  has out 'load-average has no effect'
  kill $daemon
  umount -l /proc/loadavg
}
check 'an odd loadavg is said, and no limit by it is taken' oddLoad

noPressure() {
  mkdir -p empty
  [ -d /proc/pressure ] && mount --bind empty /proc/pressure
  daemon calm --backend fifo --jobs 4 --max-pressure 10
  has "$log" 'warning: max-pressure has no effect: this kernel does not measure pressure'
  stevectl set --dev-name calm load-average=50
  never stevectl set --dev-name calm max-pressure=5 > out 2>&1
  never stevectl limit --dev-name calm --max-pressure 5 true > out 2>&1
  has out 'max-pressure has no effect'
  kill $daemon
  [ ! -d /proc/pressure ] || umount -l /proc/pressure
}
check 'no PSI is said, and no limit by it is taken' noPressure

brokenLater() { # first the file states a load, then it is empty
  echo '0.10 0.10 0.10 1/100 1' > load
  mount --bind load /proc/loadavg
  daemon later --backend fifo --jobs 4 --load-average 50 --load-recheck-timeout 0.1 --min-jobs 0
  stevectl status --dev-name later > out
  has out 'free'
  : > load
  sleep 0.5
  stevectl status --dev-name later --json > out
  has out '"open":false'
  has out 'cannot look at /proc/loadavg'
  echo '0.10 0.10 0.10 1/100 1' > load
  sleep 0.5
  stevectl status --dev-name later --json > out
  has out '"open":true'
  same "$(grep -c 'cannot look at /proc/loadavg' "$log")" 1
  kill $daemon
  umount -l /proc/loadavg
}
check 'a look that fails closes the gate, and is said once' brokenLater

noDescriptors() { # a daemon of 64 descriptors and a crowd of clients
  ( ulimit -n 64; exec steve --dev-name few --backend fuse --jobs 30 --load-average 0.001 2> few.log > /dev/null ) & daemon=$!
  within stevectl status --dev-name few
  compile many
  as a many /run/steve/few 80 > took & crowd=$!
  within grep -q took took
  # min-jobs is 1: the load forbids more than that, whether the daemon can look at it or not.
  has took '^took 1$'
  kill $crowd $daemon
}
check 'used up descriptors open no gate' noDescriptors
