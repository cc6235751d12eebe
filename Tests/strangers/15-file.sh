# Once splice and readahead on the FUSE file with no free token locked a page: after that every open and every return
# hung in state D. And the file let everybody in, whatever --mode said.
# shellcheck shell=sh disable=SC2154
compile paging
compile many
[ -c /dev/fuse ] || { skip 'file: no /dev/fuse'; exit 0; }

mode() {
  daemon mode --backend fuse --jobs 2
  same "$(stat -c '%a %G' /run/steve/mode)" '660 jobserver'
  never as out sh -c ': <> /run/steve/mode' 2> out
  has out 'ermission denied'
  as a sh -c ': <> /run/steve/mode'
  kill $daemon
  daemon closed --backend fuse --jobs 2 --mode 600
  never as a sh -c ': <> /run/steve/closed' 2> out
  has out 'ermission denied'
  kill $daemon
}
check 'the mounted file lets in whom --mode and --group let in' mode

cached() { # HOW
  daemon "page$1" --backend fuse --jobs 2
  as a many "/run/steve/page$1" 2 > took & holders=$!
  within grep -q took took
  as a paging "/run/steve/page$1" "$1" > paged 2>&1 & pager=$!
  sleep 1
  # Another user opens the file and gives a byte back.
  as b timeout -s KILL 20 sh -c "printf + > /run/steve/page$1"
  need timeout -s KILL 20 stevectl status --dev-name "page$1"
  kill -9 $pager 2> /dev/null || true
  within ended $pager
  kill $holders
  slay "$daemon"
}
for how in splice sendfile readahead fadvise map; do
  check "$how with no token left hinders nobody" cached $how
done
