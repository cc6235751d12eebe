"""ninja up to 1.13: non-blocking reads, made only when one of its jobs begins or ends; it refuses a device."""

from suite.client import Project, stored, version


class Client(Project):
    waits = False
    refusal = "jobserver"

    def find(self):
        return version(stored("venv/bin/ninja"), "--version")

    def lay_out(self):
        edges = "".join(f"build job-{n}: job\n" for n in range(self.jobs))
        self.write("build.ninja", f"rule job\n  command = {self.shop.job}\n{edges}")

    def command(self):
        return [stored("venv/bin/ninja"), "-C", self.folder]
