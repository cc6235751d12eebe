# A client may do what it likes to a pipe that it has open; once it has gone, all tokens are there again. Once one call
# left everybody a single token until a restart of the daemon.
# shellcheck shell=sh disable=SC2154
compile squeeze
daemon squeezed --backend fifo --jobs 40
pipe=$(served)

free() { stevectl status --dev-name squeezed | sed -n 's/.* free \([0-9]*\),.*/\1/p'; }
isWhole() { [ "$(free)" = 40 ]; }
squeezed() { # HOW
  within isWhole
  as a squeeze "$pipe" "$1"
  within isWhole
  # Clients can also take them.
  same "$(as a timeout 10 head -c 40 "$pipe" | wc -c)" 40
  within isWhole
}
for how in small pages small pages; do
  check "who leaves a pipe with $how leaves its tokens" squeezed $how
done

# The starter limits the size of files, and the kernel counts shared memory as a file: the daemon lifts the limit if it
# may, else it says why it ends.
limitedFiles() { # BACKEND
  status=0
  said=$( (ulimit -f 0; exec timeout 5 steve --dev-name limited --backend "$1") 2>&1) || status=$?
  echo "$status: $said" > "$W/limited"
  has "$W/limited" '^124: .*serving|^1: .*File too large'
}
lifted() { # BACKEND
  status=0
  (ulimit -S -f 0; exec timeout 5 setpriv --reuid 7001 --clear-groups steve --dev-name limited --backend "$1") 2>&1 | cat > "$W/limited"
  has "$W/limited" serving
}
check 'a limit to the size of files that it may lift is none' lifted fifo
check 'nor does a limit to the size of files end it without a word (pipe)' limitedFiles fifo
check 'nor does a limit to the size of files end it without a word (FUSE)' limitedFiles fuse
