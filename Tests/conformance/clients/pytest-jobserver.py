"""pytest with xdist: before each test a worker waits in a plain blocking read."""

from suite.client import Project, stored, version


class Client(Project):
    startup = 30

    def find(self):
        python = stored("venv/bin/python")
        return version(python, "-c", "import importlib.metadata as m; print(m.version('pytest-jobserver'))")

    def lay_out(self):
        self.write("test_jobs.py", f"""\
import subprocess
import pytest

@pytest.mark.parametrize("number", range({self.jobs}))
def test_job(number):
    assert subprocess.run(["{self.shop.job}"]).returncode == 0
""")

    def command(self):
        return [stored("venv/bin/python"), "-m", "pytest", "-q", "-n", "6", "-p", "no:cacheprovider", self.folder]
