# shellcheck shell=sh
# Compares the settings file and the manual page with the table of settings and the help. Read by Tests/service/run.
# shellcheck disable=SC2154 # what run sets

confd=systemd-free-init/openrc/steve.confd
page=docs/man/steve.8
help=$work/help
COLUMNS=1000 "$steve" --help > "$help"

same() { # TITLE A B
  diff -U 0 "$2" "$3" > "$work/difference" && return 0
  echo "$1: $(grep '^[-+][^-+]' "$work/difference" | tr '\n' ' ')"
  return 1
}

# The file has a line for every setting of the table, and for no other.
names_agree() {
  # Takes the first string behind each `.kind(`, which may stand on the next line.
  tr -d '\n' < Sources/Wire/Setting+Table.swift | grep -oE '\.[a-zA-Z]+\( *"[a-z-]+"' |
    sed 's/.*"\(.*\)"/STEVE_\1/' | tr 'a-z-' 'A-Z_' | sort > "$work/table"
  [ -s "$work/table" ] || { echo 'the table of settings was not found'; return 1; }
  sed -n 's/^#\{0,1\}\(STEVE_[A-Z_]*\)=.*/\1/p' $confd | sort > "$work/lines"
  same 'table - file +' "$work/table" "$work/lines"
}

# If the help names a value as the default, the file names the same one.
defaults_agree() {
  tr '\n' ' ' < "$help" | sed 's/   *-/\n-/g' | sed -nE 's/^(-., )?--([a-z-]*) .*\(default: ([^ ),]*)(, none)?\).*/\2 \3/p' |
    grep -vE ' (learnt|none)$' > "$work/defaults"
  [ -s "$work/defaults" ] || { echo 'the help names no default'; return 1; }
  while read -r option default; do
    variable=STEVE_$(echo "$option" | tr 'a-z-' 'A-Z_')
    grep -q "^#$variable=\"$default\"" $confd && continue
    echo "--$option is $default by default; the file has $(grep "$variable=" $confd)"
    return 1
  done < "$work/defaults"
}

without_settings() { env -u STEVE_JOBS -u STEVE_BACKEND -u STEVE_DEV_NAME "$@"; }

# The daemon reads the file as it is, and with every line uncommented.
daemon_reads_it() {
  without_settings "$steve" --check-config --config $confd || return 1
  sed 's/^#\([A-Za-z_]*="\)/\1/' $confd > "$work/all"
  grep -q '^STEVE_JOBS=' "$work/all" || { echo 'nothing was taken in'; return 1; }
  without_settings "$steve" --check-config --config "$work/all"
}

mistake_is_named() {
  printf 'STEVE_JOBS="4"\nSTEVE_JOPS="5"\n' > "$work/wrong"
  status=0
  without_settings "$steve" --check-config --config "$work/wrong" > "$work/said" 2>&1 || status=$?
  [ $status = 64 ] && grep -q 'line 2: .*STEVE_JOPS' "$work/said" && return 0
  echo "status $status, and: $(cat "$work/said")"
  return 1
}

# A shell reads the same values from the file, as OpenRC does.
shell_reads_it() {
  # shellcheck source=/dev/null
  (set -eu; . "$work/all"; [ "$STEVE_MIN_JOBS" = 1 ] && [ "$rc_error_log" = /var/log/steve.log ])
}

# Compares the long options and the letters beside them.
options_agree() { # HELP PAGE
  sed -n 's/^  *\(-[-a-zA-Z, ]*--[a-z-]*\).*/\1/p; s/^  *\(--[a-z-]*\).*/\1/p' "$1" |
    grep -o -e '-[-a-zA-Z]*' | sort -u > "$work/of-help"
  grep -q -e --jobs "$work/of-help" || { echo 'the help was not understood'; return 1; }
  grep '^\.It Fl' "$2" | sed 's/^\.It //; s/Fl -/Fl --/g' | tr ', ' '\n' |
    awk '/^Fl$/ { flag = 1; next } flag && /^-/ { print ($0 ~ /^--/ ? $0 : "-" $0) } flag && /^[a-zA-Z]$/ { print "-" $0 }
      /^(Ar|Cm)$/ { flag = 0 } /^-/ && !flag { next }' | sort -u > "$work/of-page"
  same 'help - page +' "$work/of-help" "$work/of-page"
}

# Compares every command of stevectl in the same way; each has a section.
commands_agree() {
  COLUMNS=1000 "$PROGRAMS/stevectl" --help | sed '1,/^SUBCOMMANDS:/d' | sed -n 's/^  \([a-z]*\)  .*/\1/p' > "$work/commands"
  [ -s "$work/commands" ] || { echo 'the help names no command'; return 1; }
  while read -r command; do
    grep -qx "\.Ss $command" docs/man/stevectl.1 || { echo "stevectl(1) has no section $command"; return 1; }
    COLUMNS=1000 "$PROGRAMS/stevectl" "$command" --help
  done < "$work/commands" > "$work/of-commands" || { cat "$work/of-commands"; return 1; }
  options_agree "$work/of-commands" docs/man/stevectl.1
}

pages_are_clean() { mandoc -Tlint -W warning docs/man/*.[0-9]; }

check 'conf.d has every setting' names_agree
check 'conf.d has the defaults of the help' defaults_agree
check 'conf.d is read by the daemon' daemon_reads_it
check 'conf.d is read by a shell' shell_reads_it
check 'a mistake is told with its line' mistake_is_named
check 'steve(8) has the options of --help' options_agree "$help" $page
check 'stevectl(1) has the commands and options of --help' commands_agree
if command -v mandoc > /dev/null; then
  check 'the manual pages are clean' pages_are_clean
else
  skip 'the manual pages are clean: no mandoc here'
fi
