# Kind F of odd surroundings: a tool reads its number of jobs elsewhere than on its command line. The test counts the
# jobs from outside, by their own log.
# shellcheck shell=sh disable=SC2154
cat > Makefile << 'END'
jobs = 1 2 3 4 5 6 7 8
all: $(jobs)
$(jobs):
	@echo + >> log; sleep 0.4; echo - >> log
END
# What cmake --build, somebody's script and plain make do with their number.
mkdir -p tools
# shellcheck disable=SC2016 # for the scripts
for tool in 'cmake make ${CMAKE_BUILD_PARALLEL_LEVEL:+-j$CMAKE_BUILD_PARALLEL_LEVEL}' 'opts make $MAKEOPTS' 'plain make'; do
  printf '#!/bin/sh\nexec %s all\n' "${tool#* }" > "tools/${tool%% *}"
done
chmod 755 tools/*

peak() { awk '/\+/ { n++; if (n > most) most = n } /-/ { n-- } END { print most + 0 }' log; }
counted() { # NAME=VALUE TOOL BACKEND
  rm -f log
  env "$1" with-steve --dev-name "counts-$3" --backend "$3" --jobs 3 "tools/$2" > out 2> err
  same "$(grep -c + log)" 8
  same "$(peak)" 3
}
for backend in fifo fuse; do
  check "CMAKE_BUILD_PARALLEL_LEVEL=8 runs 3 jobs on 3 tokens ($backend)" counted CMAKE_BUILD_PARALLEL_LEVEL=8 cmake "$backend"
  check "so does MAKEOPTS=-j8 ($backend)" counted MAKEOPTS=-j8 opts "$backend"
  check "so does GNUMAKEFLAGS=-j8 ($backend)" counted GNUMAKEFLAGS=-j8 plain "$backend"
  check "so does MAKEFLAGS=-j8 ($backend)" counted MAKEFLAGS=-j8 plain "$backend"
done

said() { # NAME=VALUE PATTERN
  env "$1" with-steve --dev-name counts --backend fifo --jobs 3 env > out 2> err
  has err "$2"
}
kept() { said "$1" "${1%%=*}" && has out "^$1\$"; }
gone() { said "$1" "${1%%=*}" && lacks out "^$1\$"; }
silent() { env "$1" with-steve --dev-name counts --backend fifo --jobs 3 env > out 2> err; has out "^$1\$"; lacks err "${1%%=*}"; }
check 'what is taken is said' gone CMAKE_BUILD_PARALLEL_LEVEL=8
for variable in SCONSFLAGS=-j8 MESON_NUM_PROCESSES=8 MESON_TESTTHREADS=8 DEB_BUILD_OPTIONS=parallel=8 RPM_BUILD_NCPUS=8; do
  check "$variable stays, and is said" kept "$variable"
done
for variable in CTEST_PARALLEL_LEVEL=8 CARGO_BUILD_JOBS=8 GOFLAGS=-p=8 GOMAXPROCS=8; do
  check "$variable stays" silent "$variable"
done
