# shellcheck shell=sh
# A build starts from one version everywhere, dated or pinned: the same arguments give the same system. Read by
# Tests/image/run.
# shellcheck disable=SC2154 # what run sets
# Package.resolved is not in the repository, so it cannot pin the packages.
pinned() {
  grep -c 'package(url:' Package.swift || return 1
  ! grep -n 'package(url:' Package.swift | grep -v 'exact: "[0-9.]*"'
}
check 'each package that Swift fetches is one version' pinned
# README says which Swift is needed. The image that compiles and the ebuild use it, and the image's version never moves.
swift_version() {
  demanded=$(sed -n 's/.*Swift \([0-9]*\.[0-9]*\) or newer.*/\1/p' README.md)
  tag=$(sed -n 's/^ARG SWIFT=swift://p' image/Dockerfile)
  ebuild=$(grep -o 'dev-lang/swift\(-bin\)\{0,1\}-[0-9.]*' "$here"/systemd-free-init/gentoo/dev-build/steve-swift/*.ebuild)
  echo "README: $demanded. Dockerfile: $tag. Ebuild: $ebuild"
  [ -n "$demanded" ] && echo "$tag" | grep -qxE "$demanded\.[0-9]+-[a-z]+" && [ -n "$ebuild" ] &&
    ! echo "$ebuild" | grep -vE -- "-$demanded\$"
}
check 'Swift is the version that README demands' swift_version
