"""GNU make that calls itself: each sub-make is a client of its own, whose slot is its parent's token."""

from suite.client import Missing, Project, version


class Client(Project):
    keeps = True

    def find(self):
        if not self.shop.make:
            raise Missing("no GNU make 4.4 or newer: scripts/deps gets it")
        return version(self.shop.make, "--version").split()[-1]

    def lay_out(self):
        self.write("Makefile", f"""\
all: one two three
one two three:
\t@+$(MAKE) -s -f parts.mk $(shell seq -f $@-%.0f {self.jobs // 3})
.PHONY: all one two three
""")
        self.write("parts.mk", f"%:\n\t@{self.shop.job}\n")

    def command(self):
        return [self.shop.make, "-s", "-C", self.folder]
