"""CTest 3.29 and newer: level-triggered epoll, reads in a burst, writes "."."""

from suite.client import Project, stored, version


class Client(Project):
    def find(self):
        return version(stored("venv/bin/ctest"), "--version").split()[-1]

    def lay_out(self):
        tests = "".join(f"add_test(job-{n} {self.shop.job})\n" for n in range(self.jobs))
        self.write("CTestTestfile.cmake", tests)

    def command(self):
        return [stored("venv/bin/ctest"), "--test-dir", self.folder, "-j"]
