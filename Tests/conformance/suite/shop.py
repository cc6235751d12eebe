"""Where everything is, and how to start, watch and end a client."""

import itertools
import os
import shutil
import signal
import subprocess
import time

from suite.joblog import JobLog

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def use_provided_programs():
    """Sets PATH as scripts/path does, where that script is, and adds the user's own cargo."""
    script = os.path.join(HERE, "../../scripts/path")
    if os.path.exists(script):
        said = subprocess.run(["sh", "-c", '. "$1"; echo "$PATH"', "sh", script], capture_output=True, text=True, check=True)
        os.environ["PATH"] = said.stdout.strip()
    # Here is a cargo that is new enough, if there is one: Debian's does not know fifo.
    os.environ["PATH"] += ":" + os.path.expanduser("~/.cargo/bin")


class Shop:
    def __init__(self, programs, work, slow):
        self.programs, self.work, self.slow = programs, work, slow
        self.log = JobLog(os.path.join(work, "jobs"))
        self.make = self.find_make()
        self.job = self.compile_job()
        # Several threads start builds.
        self.runs = itertools.count()
        self.started = []

    def compile_job(self):
        job = os.path.join(self.work, "job")
        subprocess.run(["gcc", "-D_GNU_SOURCE", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", job,
                        os.path.join(HERE, "job/job.c")], check=True)
        for name in ("job-run", "job-mark"):
            # A relative link, because the folder has other names in other roots.
            os.symlink("job", os.path.join(self.work, name))
        return job

    def find_make(self):
        # In a guest the source tree may be missing, but a new make is in the PATH.
        use_provided_programs()
        return shutil.which("make")

    def start(self, project, daemon, seconds, slot=True, log=None, cleaned=False):
        """Builds the project: behind with-steve, which charges a token for its slot, or as it would run without.

        cleaned: behind another with-steve below that, with no more in its environment than it is found by."""
        project.before()
        name = os.path.basename(project.folder)
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "CARGO_MAKE"))}
        needed = daemon.environment | {
            "JOB_LOG": (log or self.log).path, "JOB_CLIENT": name, "JOB_SECONDS": str(seconds),
            "JOB_RUN": f"run-{os.getpid()}-{next(self.runs)}",
            "PATH": os.path.dirname(self.make) + ":" + os.environ["PATH"]} | project.environment
        environment |= needed
        words = project.command()
        wrapper = [f"{self.programs}/with-steve", "--"]
        if cleaned:
            kept = [f"{name}={value}" for name, value in ({"HOME": os.environ.get("HOME", "/")} | needed).items()]
            words = [*wrapper, "env", "-i", *kept, *wrapper, *words]
        elif slot:
            words = wrapper + words
        else:
            flags = f"--jobserver-auth=fifo:{daemon.path}"
            environment |= {"MAKEFLAGS": flags, "CARGO_MAKEFLAGS": flags}
        run = Run(words, environment, os.path.join(self.work, name + ".out"), project.folder, self.slow)
        self.started.append(run)
        return run

    def sweep(self):
        """Ends what a failed case has left: the next case counts its jobs in the same log."""
        for run in self.started:
            if run.process.poll() is None:
                run.sweep()
        self.started.clear()


class Run:
    """A build that runs."""

    def __init__(self, words, environment, output, folder, slow):
        self.output, self.slow = output, slow
        # Portage gives its builds little of the environment, but the folders' names are in it.
        self.marks = [("JOB_RUN=" + environment["JOB_RUN"] + "\0").encode(), folder.encode() + b"/"]
        self.since = time.monotonic()
        with open(output, "w") as file:
            self.process = subprocess.Popen(words, env=environment, cwd=os.path.dirname(output), start_new_session=True,
                                            stdin=subprocess.DEVNULL, stdout=file, stderr=file)

    def said(self):
        with open(self.output, errors="replace") as file:
            return file.read()

    def wait(self, seconds):
        """The exit status; None if the build still runs after that time."""
        try:
            return self.process.wait(seconds * self.slow)
        except subprocess.TimeoutExpired:
            return None

    def until(self, condition, seconds):
        """Waits for a condition while the build runs; false if the build or the time ended before."""
        end = time.monotonic() + seconds * self.slow
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def signal(self, number, group):
        (os.killpg if group else os.kill)(self.process.pid, number)

    def leftovers(self):
        """The processes that the build started, or that these started, and that still live."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    said = file.read()
                if any(mark in said for mark in self.marks):
                    found.append(int(entry))
            except OSError:
                pass
        return found

    def sweep(self):
        """Ends everything of the build that still runs."""
        for _ in range(200):
            left = self.leftovers()
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if self.process.poll() is None and not left:
                self.process.kill()
            if not left and self.process.poll() is not None:
                return
            time.sleep(0.01)
