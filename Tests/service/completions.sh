# shellcheck shell=sh
# What the shells make of the installed completions: a test types part of a word and a tab, and reads the screen. Read
# by Tests/service/run, after installation.sh.
# shellcheck disable=SC2154 # what run sets

share=$work/package/usr/share
screen() { tmux -L "$STEVE_DEV_NAME" -f /dev/null "$@"; }
shows() { screen capture-pane -p | grep -qF -- "$1"; }
is_set_up() { screen capture-pane -p | grep -qx set-up; }

# Starts a shell on a terminal, runs SETUP, types TYPED and a tab, and expects EXPECTED; then types MORE.
makes() { # SHELL SETUP TYPED EXPECTED [MORE]
  # Tries again if the former tmux server is just ending.
  PATH=$work/package/usr/bin:$work/package/usr/sbin:$PATH within screen new-session -d -x 120 -y 30 "$1" || return 1
  screen send-keys -l "$2; printf 'set-up\\n'"
  screen send-keys Enter
  made=0
  within is_set_up && screen send-keys -l "$3" && screen send-keys Tab && within shows "$4" || made=1
  [ -z "${5-}" ] || { screen send-keys -l "$5" && within shows "$4$5" || made=1; }
  [ $made = 0 ] || { echo "'$3' and a tab:"; screen capture-pane -p | grep .; }
  screen kill-server
  return $made
}

# Completes each program once, and an option of a command.
completes() { # SHELL SETUP
  makes "$@" 'stevectl stat' 'stevectl status' && makes "$@" 'stevectl trace --las' 'stevectl trace --last' &&
    makes "$@" 'steve --load-a' 'steve --load-average' && makes "$@" 'with-steve --supe' 'with-steve --supervise' &&
    makes "$@" 'stevectl set load-s' 'stevectl set load-source=' running &&
    makes "$@" 'stevectl trace -o /etc/passw' 'trace -o /etc/passwd' &&
    makes "$@" 'with-steve cat /etc/passw' 'with-steve cat /etc/passwd' &&
    makes "$@" 'stevectl run -- cat /etc/passw' 'run -- cat /etc/passwd' &&
    makes "$@" 'steve-squash pac' 'steve-squash pack'
}
completes_commands() { # SHELL SETUP
  makes "$@" 'with-steve --jobs 3 steve-squ' 'with-steve --jobs 3 steve-squash' &&
    makes "$@" 'with-steve steve-squash pac' 'with-steve steve-squash pack' &&
    makes "$@" 'stevectl run steve-squash pac' 'stevectl run steve-squash pack' &&
    makes "$@" 'stevectl run -- steve-squ' 'stevectl run -- steve-squash' &&
    makes "$@" 'stevectl run -- steve-squash pac' 'stevectl run -- steve-squash pack' &&
    makes "$@" 'with-steve -j 3 -- steve-squash pac' 'with-steve -j 3 -- steve-squash pack'
}
complete_in() { # NAME NEEDED SHELL SETUP
  if command -v tmux > /dev/null && { command -v "$2" > /dev/null || [ -e "$2" ]; }; then
    check "$1 completes our command lines" completes "$3" "$4"
  else
    skip "$1 completes our command lines: no tmux or no $2 here"
  fi
}

collection=/usr/share/bash-completion/bash_completion
complete_in bash $collection 'bash --norc --noprofile' \
  "PS1='> '; . $collection; for f in $share/bash-completion/completions/*; do . \$f; done"
zsh="PS1='> '; fpath=($share/zsh/site-functions \$fpath); autoload -Uz compinit; compinit -u -D"
complete_in zsh zsh 'zsh -f' "$zsh"
# The wrapped command has its own completion.
! command -v zsh > /dev/null || check 'zsh completes the command behind with-steve and run' \
  completes_commands 'zsh -f' "$zsh"
complete_in fish fish 'fish --no-config' "set -p fish_complete_path $share/fish/vendor_completions.d"
