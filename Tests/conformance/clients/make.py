"""GNU make: pselect, then a non-blocking read; it writes "+", whatever byte it has read."""

from suite.client import Missing, Project, version


class Client(Project):
    def find(self):
        if not self.shop.make:
            raise Missing("no GNU make 4.4 or newer: scripts/deps gets it")
        return version(self.shop.make, "--version").split()[-1]

    def lay_out(self):
        self.write("Makefile", f"""\
jobs = $(shell seq -f job-%.0f {self.jobs})
all: $(jobs)
$(jobs):
\t@{self.shop.job}
.PHONY: all $(jobs)
""")

    def command(self):
        return [self.shop.make, "-s", "-C", self.folder]
