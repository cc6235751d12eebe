# Copyright 2026 Gentoo Authors
# Distributed under the terms of the Apache License 2.0

EAPI=8

inherit git-r3 linux-info udev

DESCRIPTION="A jobserver for all builds of a machine at once, written in Swift"
# The program has no page of its own; the repository has the manual. (dev-build/steve is another steve.)
HOMEPAGE="https://wiki.gentoo.org/wiki/No_homepage"
# The address of this repository: set it in /etc/portage/env, to a URL or a folder.
EGIT_REPO_URI="${STEVE_SWIFT_REPOSITORY}"

LICENSE="Apache-2.0"
SLOT="0"
IUSE="test"
RESTRICT="!test? ( test )"

# Swift's own library is linked statically.
DEPEND="
	app-arch/zstd:=
	sys-fs/fuse:3=
"
RDEPEND="
	${DEPEND}
	!dev-build/steve
	acct-group/cuse
	acct-group/jobserver
	acct-user/steve
"
# The GURU repository has both.
BDEPEND="
	|| ( >=dev-lang/swift-bin-6.3 >=dev-lang/swift-6.3 )
	virtual/pkgconfig
	test? ( app-text/mandoc )
"

# Swift strips while it links, and ignores CFLAGS and LDFLAGS.
QA_PRESTRIPPED="usr/bin/.* usr/sbin/steve"
QA_FLAGS_IGNORED="${QA_PRESTRIPPED}"

pkg_pretend() {
	local CONFIG_CHECK="~CUSE"
	check_extra_config
}

src_unpack() {
	[[ -n ${EGIT_REPO_URI} ]] || die "set STEVE_SWIFT_REPOSITORY to where steve's repository is"
	git-r3_src_unpack
	# No later step may use the network.
	cd "${S}" || die
	swift package resolve || die
}

src_compile() {
	scripts/build --disable-automatic-resolution || die
}

src_test() {
	Tests/service/run || die
}

src_install() {
	emake DESTDIR="${D}" PREFIX="${EPREFIX}/usr" SYSCONFDIR="${EPREFIX}/etc" \
		UDEVDIR="${EPREFIX}$(get_udevdir)" install
	einstalldocs
}

pkg_postinst() {
	udev_reload
	if [[ -n ${REPLACING_VERSIONS} ]]; then
		# This must not be a restart: this very build may hold the daemon's tokens.
		if [[ -z ${ROOT} ]] && stevectl status &> /dev/null; then
			stevectl upgrade || ewarn "The daemon goes on as it was; rc-service steve upgrade tries again."
		fi
		return
	fi
	elog "Start the daemon now and at each boot:"
	elog "    rc-update add steve default"
	elog "    rc-service steve start"
	elog "and say in /etc/portage/make.conf where the tokens are:"
	elog "    MAKEFLAGS=\"--jobserver-auth=fifo:/dev/steve\""
	elog "    FEATURES=\"\${FEATURES} jobserver-token\""
	elog "No -j in MAKEFLAGS or NINJAOPTS: it switches the jobserver off."
}

pkg_postrm() {
	udev_reload
}
