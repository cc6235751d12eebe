#!/bin/sh
# Mounts the image at dracut's root; if that fails, starts a shell that says what failed.
if [ "${root:-}" = steve-image ] && ! ismounted "$NEWROOT"; then
  for module in loop squashfs overlay; do
    modprobe -q $module
  done
  # /proc/cmdline lacks dracut's own words (--kernel-cmdline).
  until STEVE_CMDLINE=$(getcmdline) /sbin/image-root "$NEWROOT"; do
    warn 'steve-image: the system cannot be mounted; leave this shell (exit) to try again'
    emergency_shell -n steve-image "The image cannot be mounted: $(sed -n '$p' /run/image/log)"
  done
fi
