# shellcheck shell=sh
# The builder of the small initramfs, with modules that have options and whose path has blanks; a false modprobe names
# them. Read by Tests/image/run.
# shellcheck disable=SC2154,SC2016 # what run sets; a script for another shell
modules="$work/a root/lib/modules/1.0"
mkdir -p "$modules" "$work/bin"
: > "$modules/modules.dep"
echo 'a module' > "$modules/one.ko"
gzip -c "$modules/one.ko" > "$modules/two.ko.gz"
cat > "$work/bin/modprobe" << END
#!/bin/sh
shift 5
case \$1 in
  loop | squashfs | overlay | ext4) echo "builtin \$1" ;;
  two) echo "insmod $modules/one.ko size=1 name=a.ko"; echo "insmod $modules/two.ko.gz " ;;
  *) exit 1 ;;
esac
END
chmod +x "$work/bin/modprobe"
blanks() {
  env PATH="$work/bin:$PATH" "$here/systemd-free-init/initramfs/build" --root "$work/a root" -o "$work/an initramfs" two || return 1
  mkdir -p "$work/unpacked"
  (cd "$work/unpacked" && gzip -dc "$work/an initramfs" | cpio -id --quiet modules/order modules/one.ko modules/two.ko) || return 1
  printf 'one.ko\ntwo.ko\n' | cmp - "$work/unpacked/modules/order" && cmp "$modules/one.ko" "$work/unpacked/modules/two.ko"
}
build() { env PATH="$work/bin:$PATH" "$here/systemd-free-init/initramfs/build" --root "$work/a root" "$@"; }
# A busybox that lacks an applet for mounting: the builder must say so, not the next boot.
poor() {
  printf '#!/bin/sh\n/bin/busybox --list | grep -vx findfs\n' > "$work/poor"
  chmod +x "$work/poor"
  says 1 'has no findfs' build --busybox "$work/poor" -o "$work/none"
}
no_room() {
  mkdir -p "$work/esp" && unshare -m sh -c 'mount -t tmpfs -o size=200k esp "$1/esp" && echo old > "$1/esp/initramfs" &&
    ! PATH="$1/bin:$PATH" "$2/systemd-free-init/initramfs/build" --root "$1/a root" -o "$1/esp/initramfs" two &&
    [ "$(cat "$1/esp/"*)" = old ]' - "$work" "$here"
}
# Runs the whole initramfs without a kernel: its init is process 1 of a namespace, on a tmpfs, with this terminal as its
# console.
starts() { # IMAGE-TREE TEXT
  mkdir -p "$work/sysroot" "$work/disk-tree"
  build -o "$work/started.img" || return 1
  steve-squash pack --quiet --level 1 "$1" -o "$work/disk-tree/root.squashfs" || return 1
  truncate -s 8M "$work/small-disk"
  mke2fs -q -F -t ext4 -d "$work/disk-tree" "$work/small-disk" || return 1
  STEVE_CMDLINE="steve.image=/disk steve.wait=0" timeout -k 1 5 unshare -mpf --kill-child --propagation private sh -ec '
    mount -t tmpfs initramfs "$1/sysroot"
    cd "$1/sysroot"
    gzip -dc "$1/started.img" | cpio -id --quiet
    cp "$1/small-disk" disk
    sed -i "/dev.console 2>/d; s/-c .dev.console//" init
    exec chroot . /init single < /dev/null' - "$work" 2>&1 | head -n 50 > "$work/started"
  cat "$work/started"
  grep -q "$2" "$work/started"
}
if has 'the initramfs: no static busybox here' sh -c '[ -x /bin/busybox ] && ! ldd /bin/busybox | grep "=>"' &&
  has 'the initramfs: no cpio' command -v cpio; then
  check 'an initramfs of modules below a path with blanks' blanks
  check 'an initramfs is no folder' says 1 'is a folder' build -o "$work/bin"
  check 'no other busybox than the one that was named' says 1 'is no static busybox' build --busybox /no/such -o "$work/none"
  check 'a busybox without an applet that the boot needs' poor
  if has 'the initramfs on a full disk: mounting needs root' [ "$(id -u)" -eq 0 ]; then
    check 'a full disk: the old initramfs stays' no_room
    if has "the initramfs boots: no steve-squash in $programs, or no loop device here" \
      sh -c 'command -v steve-squash && ls /dev/loop-control'; then
      mkdir -p "$work/good/usr/bin" "$work/bad/usr/bin"
      ln -s usr/bin "$work/good/sbin"
      ln -s usr/bin "$work/bad/sbin"
      cp /bin/busybox "$work/good/usr/bin/"
      printf '#!/usr/bin/busybox sh\necho "started as $$ with $*"\n' > "$work/good/usr/bin/init"
      chmod +x "$work/good/usr/bin/init"
      check 'the initramfs starts init as process 1' starts "$work/good" 'started as 1 with single'
      check 'an image without init: a shell that says so' starts "$work/bad" 'has no /sbin/init.*This is a shell'
    fi
  fi
fi
