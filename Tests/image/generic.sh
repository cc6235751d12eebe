# shellcheck shell=bash
# Provides Debian trixie's Linux for all machines, whose drivers are modules, in $generic, and its name in $release.
# Read by the tests that boot it; they have set $cache and $work, and have a function skip. Fetches 100 MB once.
# shellcheck disable=SC2154 # what they set
generic=$cache/generic

# Gets another release's kernel from the mirror that this machine uses, with private lists.
fetch() {
  local codename mirror package dir=$work/apt
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # apt's own variable
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" | sort -u | head -n 1)
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
  : > "$dir/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$dir/sources.list"
  local private=(-o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$dir/lists"
    -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root)
  apt-get "${private[@]}" update -qq || return 1
  package=$(apt-cache "${private[@]}" depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[^ ]*\).*/\1/p' | head -n 1)
  (cd "$work" && apt-get "${private[@]}" download -qq "$package") || return 1
  dpkg-deb -x "$work"/linux-image-*.deb "$work/kernel" || return 1
  # Puts the modules where Debian trixie's /lib leads.
  [[ -d $work/kernel/lib ]] || ln -s usr/lib "$work/kernel/lib"
  depmod -b "$work/kernel" "$(ls "$work/kernel/lib/modules")" || return 1
  rm -rf "$generic"
  mv "$work/kernel" "$generic"
}
[[ -e $generic/lib/modules ]] || fetch > "$work/said" 2>&1 || { cat "$work/said"; skip 'the kernel cannot be fetched'; }
# shellcheck disable=SC2034 # for them
release=$(ls "$generic/lib/modules")
