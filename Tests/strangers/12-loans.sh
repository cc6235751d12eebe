# Once 300 sleepers wrote a byte each, and 200 tokens were out of 4. A process lends only a slot, and all loans together
# are at most the limit.
# shellcheck shell=sh disable=SC2154
compile lend
compile many
[ -c /dev/fuse ] || { skip 'loans: no /dev/fuse'; exit 0; }
lent() { stevectl status --dev-name loans --json | grep -o '"lent":[0-9]*' | head -n 1 | tr -dc 0-9; }
daemon loans --backend fuse --jobs 4

sleepers() { # USER MOST
  as "$1" lend /run/steve/loans 50 > lent.out & lenders=$!
  within grep -q lent lent.out
  same "$(lent)" "$2"
  kill $lenders
  wait $lenders || true
  within [ "$(lent)" = 0 ]
}
check 'processes of a member that have no slot lend none' sleepers a 0

rootsSleepers() {
  lend /run/steve/loans 50 > lent.out & lenders=$!
  within grep -q lent lent.out
  same "$(lent)" 4
  as a many /run/steve/loans 20 > took & m=$!
  within grep -q took took
  # 4 tokens and as many lent ones; the reserve may keep one for builds that hold none.
  has took '^took [78]$'
  kill $lenders $m
}
check 'no more than the limit is lent in sum' rootsSleepers

wrapped() {
  slay "$daemon"
  daemon loans --backend fuse --jobs 4
  as a with-steve --dev-name loans lend /run/steve/loans 1 > lent.out & lenders=$!
  within grep -q lent lent.out
  same "$(lent)" 1
  kill $lenders
}
check 'who descends from a registered process lends its slot' wrapped
