# The entrance: `make` alone prints its targets.

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
SYSCONFDIR ?= /etc
UDEVDIR ?= $(SYSCONFDIR)/udev
DESTDIR ?=

PROGRAMS ?= .build/release

.DEFAULT_GOAL := help
.PHONY: takeover fleet help deps build demo test test-vm conformance image-test portage mutations fuzz sanitize fresh bench simulate lint format install dist clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

deps: ## install what building and testing need (apt, pip)
	@scripts/deps

build: ## build the programs into .build/release
	@scripts/build

demo: ## build a small C program under with-steve, on what this machine offers
	@scripts/demo

test: ## run all tests, those in virtual machines too
	@scripts/test

test-vm: ## run the tests that need a kernel with CUSE
	@scripts/test-vm

conformance: ## build with every client there is, on the pipe and on /dev/steve; write docs/clients.md
	@Tests/conformance/all

image-test: ## build image/Dockerfile on stand-ins, boot images in QEMU: the long tests of image/
	@scripts/deps --image && Tests/image/kernel && Tests/image/disks $(PROGRAMS) && Tests/image/layers $(PROGRAMS) && Tests/image/container $(PROGRAMS) && Tests/image/vm $(PROGRAMS)

fleet: ## distcc with tokens at both ends, on three hosts of this machine: ten minutes
	@scripts/deps && scripts/build && Tests/fleet/run $(PROGRAMS)

portage: ## build real ebuilds with real Portage under with-steve (needs ../shared or STEVE_SHARED; twenty minutes)
	@scripts/build && Tests/portage/run $(PROGRAMS)

mutations: ## break the server in one place at a time: the scenarios must see each
	@Tests/mutations/run

takeover: ## kill the server some thousand times, after each of many instructions and under a storm of clients (ROUNDS=100 KILLS=100)
	@scripts/build && Tests/takeover/run $(PROGRAMS) $(or $(ROUNDS),100) $(or $(KILLS),100)

fuzz: ## fuzz every reader of foreign data with libFuzzer for an hour (SECONDS=3600)
	@Tests/Fuzz/run $(or $(SECONDS),3600)

sanitize: ## run the tests under the address sanitizer and under the thread sanitizer
	@Tests/sanitize

fresh: ## README's two commands on a new Debian, bookworm and trixie: half an hour each
	@Tests/fresh/run bookworm && Tests/fresh/run trixie

bench: ## measure tokens per second beside a bare pipe and a C server, and whole builds (scripts/bench --squash: images)
	@scripts/bench

simulate: ## run the policy under a virtual clock beside the plain rule (ARGS='--seed 1 --seeds 20')
	@scripts/simulate $(ARGS)

lint: ## check format, module rules, shell and manual pages
	@scripts/lint

format: ## format the Swift sources
	@swift format -i -r Sources Tests Package.swift

install: ## install programs, pages and init files (DESTDIR=, PREFIX=, SYSCONFDIR=)
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SBINDIR='$(SBINDIR)' BINDIR='$(BINDIR)' MANDIR='$(MANDIR)' \
	SYSCONFDIR='$(SYSCONFDIR)' UDEVDIR='$(UDEVDIR)' PROGRAMS='$(PROGRAMS)' scripts/install

dist: ## pack what install installs into a tarball for any glibc >= 2.36
	@PROGRAMS='$(PROGRAMS)' scripts/dist

clean: ## remove what was built
	rm -rf .build .build-static
