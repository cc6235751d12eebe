# shellcheck shell=sh
# Where `make install` puts what. Read by Tests/service/run.
# shellcheck disable=SC2154 # what run sets

prefix=$work/usr

expected() {
  cat Tests/service/installed
  for page in docs/man/*.[0-9]; do
    echo "usr/share/man/man${page##*.}/${page##*/}"
  done
  machine=$("${CC:-cc}" -dumpmachine 2> /dev/null || true)
  for folder in ask serve; do
    for name in cc c++ gcc g++ clang clang++ ${machine:+"$machine-gcc" "$machine-g++" "$machine-c++"}; do
      echo "usr/lib/steve/$folder/$name"
    done
  done
}

# Installs into a folder, as a package does, and finds exactly the listed files.
list_agrees() {
  make -s install DESTDIR="$work/package" PREFIX=/usr || return 1
  (cd "$work/package" && find . ! -type d | sed 's|^\./||' | sort) > "$work/found"
  expected | sort > "$work/expected"
  same 'expected - installed +' "$work/expected" "$work/found"
}

modes_agree() {
  (cd "$work/package" && find . -type f -perm 755 | sed 's|^\./||' | sort) > "$work/executable"
  wrong=$(while read -r file; do
    head -c 2 "$work/package/$file" | grep -q '#!' || head -c 4 "$work/package/$file" | grep -q ELF || echo "$file"
  done < "$work/executable")
  [ -z "$wrong" ] || { echo "executable: $wrong"; return 1; }
  [ "$(grep -c . "$work/executable")" = 20 ] || { echo "$(grep -c . "$work/executable") executables, not 20"; return 1; }
}

# Under the name stevie it is stevie, and each shell can read every program's completions.
links_and_completions_work() {
  "$work/package/usr/bin/stevie" --help | grep -q -e --get-tokens || { echo 'stevie is not stevie'; return 1; }
  for program in steve stevectl with-steve steve-squash; do
    bash -n "$work/package/usr/share/bash-completion/completions/$program" || return 1
    ! command -v zsh > /dev/null || zsh -n "$work/package/usr/share/zsh/site-functions/_$program" || return 1
    ! command -v fish > /dev/null || fish -n "$work/package/usr/share/fish/vendor_completions.d/$program.fish" || return 1
  done
}

# The links of both folders lead to steve-cc, and under a compiler's name it finds the real compiler.
compilers_links_work() {
  for folder in ask serve; do
    for link in "$work/package/usr/lib/steve/$folder"/*; do
      [ "$(readlink "$link")" = /usr/bin/steve-cc ] || { echo "$link leads to $(readlink "$link")"; return 1; }
    done
  done
  mkdir -p "$work/ask"
  ln -sf "$work/package/usr/bin/steve-cc" "$work/ask/cc"
  [ "$(PATH=$work/ask:$PATH cc -dumpmachine)" = "$(cc -dumpmachine)" ]
}

# A settings file that somebody has edited stays.
settings_stay() {
  echo 'STEVE_JOBS="7"' > "$work/package/etc/conf.d/steve"
  make -s install DESTDIR="$work/package" PREFIX=/usr 2> "$work/said" || return 1
  grep -q 'as it is' "$work/said" && grep -qx 'STEVE_JOBS="7"' "$work/package/etc/conf.d/steve"
}

# With another prefix the scripts name the programs there.
scripts_follow() {
  make -s install PREFIX="$prefix" SYSCONFDIR="$work/etc" || return 1
  missing=$(grep -rhoE '/[^ "]*/s?bin/(steve|stevectl)\b' "$work/etc/init.d" "$prefix/share/steve" | sort -u |
    while read -r program; do [ -x "$program" ] || echo "$program"; done)
  [ -z "$missing" ] || { echo "not there: $missing"; return 1; }
  grep -q "$prefix/sbin/steve" "$work/etc/init.d/steve"
}

shell_is_clean() {
  shellcheck -s sh systemd-free-init/openrc/steve.initd || return 1
  # shellcheck disable=SC2046 # a list of words
  shellcheck $(grep -rlE '^#!/bin/(sh|bash)' systemd-free-init scripts/install scripts/dist)
  shellcheck -x Tests/service/run Tests/service/*.sh
}

# The ebuild's src_install, with the simplest forms of Portage's functions, installs the same files, but the udev rule
# elsewhere.
ebuild_installs() {
  command -v bash > /dev/null || { echo 'there is no bash'; return 1; }
  cat > "$work/phase" << 'END'
set -eu
inherit() { :; }
emake() { make -s "$@"; }
get_udevdir() { echo /lib/udev; }
einstalldocs() { :; }
. "$1"
src_install
END
  STEVE_SWIFT_REPOSITORY=. D=$work/image EPREFIX='' \
    bash "$work/phase" systemd-free-init/gentoo/dev-build/steve-swift/steve-swift-9999.ebuild || return 1
  (cd "$work/image" && find . ! -type d | sed 's|^\./||; s|^lib/udev/|etc/udev/|' | sort) > "$work/found"
  same 'expected - installed +' "$work/expected" "$work/found"
}

# Plain tar unpacks at the root of a system whose /usr/sbin is a link, as on Gentoo. A lower level of zstd takes a
# second, not a minute.
tarball_follows_links() {
  mkdir -p "$work/tools" "$work/system/usr/bin"
  printf '#!/bin/sh\nshift 2\nexec %s -q -1 "$@"\n' "$(command -v zstd)" > "$work/tools/zstd"
  chmod 755 "$work/tools/zstd"
  PATH=$work/tools:$PATH DIST=$work/dist scripts/dist || return 1
  ln -s bin "$work/system/usr/sbin"
  tar -C "$work/system" -xf "$work"/dist/steve-*.tar.zst || return 1
  [ -L "$work/system/usr/sbin" ] || { echo 'usr/sbin is no link any more'; return 1; }
  [ -x "$work/system/usr/bin/steve" ] && [ -x "$work/system/usr/bin/with-steve" ] && [ -L "$work/system/usr/bin/stevie" ]
}

check 'install puts these files and no others' list_agrees
check 'install makes scripts and programs executable, nothing else' modes_agree
check 'stevie and the completions work' links_and_completions_work
check 'links for distcc lead to steve-cc' compilers_links_work
check 'install leaves an edited conf.d alone' settings_stay
check 'installed scripts name the installed programs' scripts_follow
check 'the ebuild installs the same' ebuild_installs
newest=$(sed -n 's/^newest_glibc=//p' scripts/dist) here=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
if ! command -v zstd > /dev/null; then
  skip 'what make dist packs follows a linked /usr/sbin: there is no zstd here'
elif [ "$(printf '%s\n' "$newest" "$here" | sort -V | tail -n 1)" != "$newest" ]; then
  skip "what make dist packs follows a linked /usr/sbin: dist refuses to build with a glibc newer than $newest, and here is $here"
else
  check 'what make dist packs follows a linked /usr/sbin' tarball_follows_links
fi
if command -v shellcheck > /dev/null; then
  check 'service scripts pass shellcheck' shell_is_clean
else
  skip 'service scripts pass shellcheck: there is none here'
fi
