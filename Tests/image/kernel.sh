# shellcheck shell=sh
# Tests image/kernel-config on small .config files; Tests/image/kernel uses a real Kconfig. Read by Tests/image/run.
# shellcheck disable=SC2154 # what run sets
config() { # COMMAND SWITCHES CONFIG
  mkdir -p "$work/kernel"
  printf '%b' "$2" > "$work/switches"
  printf '%b' "$3" > "$work/kernel/.config"
  (cd "$work/kernel" && "$here/image/kernel-config" "$1" "$work/switches")
}
good='CONFIG_FUSE_FS=y\nCONFIG_CUSE=m\n# CONFIG_DRM is not set\n'
check 'what is wanted is there' says 0 'all 2 switches' config check 'y FUSE_FS # why\nm CUSE\n\nn DRM\n' "$good"
check 'm is content with y' says 0 'all 1' config check 'm FUSE_FS\n' "$good"
check 'y is not content with m' says 1 'CUSE has to be y and is m' config check 'y CUSE\n' "$good"
check 'what was dropped is named' says 1 'CUSE has to be y and is off' config check 'y CUSE\n' 'CONFIG_FUSE_FS=y\n'
check 'no name is part of another' says 1 'FUSE has to be' config check 'y FUSE\n' "$good"
check 'off is a wish' says 0 'DRM is y still' config check 'n DRM\ny CUSE\n' 'CONFIG_DRM=y\nCONFIG_CUSE=y\n'
check 'a line that is none' says 1 "not 'y NAME'" config check 'CUSE=y\n' "$good"
check 'a name that no Kconfig has' says 1 'knows MISSPELT' config names 'y MISSPELT\n' ''
check 'no .config' says 1 'make defconfig first' sh -c "cd / && '$here/image/kernel-config' check"
