# A client may do to a pipe what it likes while it has it open; once it has gone the tokens are there again, all of them. One call held
# everybody to one token until the daemon was started anew.
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
  # And they can be had.
  same "$(as a timeout 10 head -c 40 "$pipe" | wc -c)" 40
  within isWhole
}
for how in small pages small pages; do
  check "who leaves a pipe with $how leaves its tokens" squeezed $how
done

# A starter's limit to the size of files killed it without a word. With such a limit there is no ledger: it may end, and says why.
limitedFiles() { # BACKEND
  status=0
  said=$( (ulimit -f 0; exec timeout 5 steve --dev-name limited --backend "$1") 2>&1) || status=$?
  echo "$status: $said" > "$W/limited"
  has "$W/limited" '^124: |^1: .*File too large'
}
check 'nor does a limit to the size of files end it without a word (pipe)' limitedFiles fifo
check 'nor does a limit to the size of files end it without a word (FUSE)' limitedFiles fuse
