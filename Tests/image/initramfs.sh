# shellcheck shell=sh
# The small initramfs's builder, with modules whose path has blanks and which have options; a false modprobe names them.
# Read by Tests/image/run.
# shellcheck disable=SC2154 # what run sets
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
if has 'the initramfs: no static busybox here' sh -c '[ -x /bin/busybox ] && ! ldd /bin/busybox | grep "=>"' &&
  has 'the initramfs: no cpio' command -v cpio; then
  check 'an initramfs of modules below a path with blanks' blanks
fi
