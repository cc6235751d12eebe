# shellcheck shell=sh
# dracut's hooks, with false functions in dracut's place and a false image-root. Read by Tests/image/run.
# shellcheck disable=SC2154,SC2016,SC2329 # what run sets; scripts for another shell; functions for what is sourced
hooks=$here/systemd-free-init/dracut/90steve-image
sed "s|/sbin/image-root|$work/false-image-root|" "$hooks/mount-image.sh" > "$work/mount-image.sh"
printf '#!/bin/sh\necho "$STEVE_CMDLINE to $1"\n' > "$work/false-image-root"
chmod +x "$work/false-image-root"
# Runs the hooks as dracut does; dracut takes LINE for the command line: /proc/cmdline and its own /etc/cmdline.d.
dracut_boots() { # LINE
  LINE=$1 NEWROOT=/sysroot sh -ec '
    getcmdline() { printf %s "$LINE"; }
    getarg() { for word in $LINE; do case $word in "$1"*) echo "${word#"$1"}" ;; esac; done; }
    ismounted() { false; }
    modprobe() { :; }
    . "$1"
    . "$2"
    [ "${root:-}" = steve-image ] || echo "another root"' - "$hooks/claim-root.sh" "$work/mount-image.sh"
}
check "dracut's own words of the command line reach image-root" says 0 'quiet steve.image=LABEL=x to /sysroot' \
  dracut_boots 'quiet steve.image=LABEL=x'
check 'dracut keeps its root without steve.image' says 0 'another root' dracut_boots 'quiet root=/dev/sda1'
