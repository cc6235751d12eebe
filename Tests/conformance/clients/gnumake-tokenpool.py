"""The Python library gnumake-tokenpool, which accepts a named pipe and nothing else."""

from suite.client import Project, stored, version


class Client(Project):
    waits = False
    refusal = "NoJobServer"

    def find(self):
        self.python = stored("venv/bin/python")
        return version(self.python, "-c", "import importlib.metadata as m; print(m.version('gnumake-tokenpool'))")

    def lay_out(self):
        self.write("build.py", f"""\
import subprocess, sys, time
from gnumake_tokenpool.tokenpool import JobClient, NoJobServer
try:
    client = JobClient()
except NoJobServer:
    print("NoJobServer", file=sys.stderr)
    client = None
left, running = {self.jobs}, []
while left or running:
    for job, token in list(running):
        if job.poll() is not None:
            running.remove((job, token))
            if token is not None:
                client.release(token)
    slot_is_free = all(token is not None for _, token in running)
    token = None if slot_is_free or not left or client is None else client.acquire()
    if left and (slot_is_free or token is not None):
        running.append((subprocess.Popen(["{self.shop.job}"]), token))
        left -= 1
    else:
        time.sleep(0.01)
""")

    def command(self):
        return [self.python, self.path("build.py")]
