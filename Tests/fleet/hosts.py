"""Three hosts on one machine: network namespaces, each with a steve on its own FUSE file; a helper also runs
distccd."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

COMPILERS = ("cc1", "cc1plus")
# distcc calls gcc by the name of its machine, so that a helper of another kind uses its cross compiler.
MACHINE = subprocess.run(["gcc", "-dumpmachine"], capture_output=True, text=True).stdout.strip() if shutil.which("gcc") else ""
LINKS = ("gcc", "g++", "cc", "c++", f"{MACHINE}-gcc", f"{MACHINE}-g++")


def clean_environment(**more):
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "LC_ALL": "C", "TMPDIR": "/tmp", **more}


class Failed(Exception):
    """Says what the case saw instead of what it expected."""


def need(truth, text):
    if not truth:
        raise Failed(text)


def within(seconds, condition, text):
    end = time.monotonic() + seconds
    while not condition():
        need(time.monotonic() < end, f"not within {seconds:g} s: {text}")
        time.sleep(0.05)


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True)


class Host:
    """A network namespace, and the programs that were started in it."""

    def __init__(self, net, name, number):
        self.net, self.name = net, name
        self.space = f"steve-{os.getpid()}-{name}"
        self.address = f"10.77.0.{number}"
        self.folder = net.work / name
        self.folder.mkdir()
        self.children = {}
        ip("netns", "add", self.space)
        ip("-n", self.space, "link", "set", "lo", "up")
        self.inode = os.stat(f"/run/netns/{self.space}").st_ino

    def start(self, key, words, environment=None, log=None):
        """Starts a program in the namespace, in a session of its own."""
        with open(self.folder / (log or f"{key}.log"), "ab") as output:
            child = subprocess.Popen(["nsenter", f"--net=/run/netns/{self.space}", *map(str, words)], stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=output, start_new_session=True, env=environment or self.environment())
        self.children[key] = child
        return child

    def environment(self, **more):
        return clean_environment(STEVE_RUNTIME_DIR=str(self.folder), **more)

    def pool(self, name, jobs, *options):
        """A steve with that many tokens; returns the path of its file."""
        path = self.folder / name
        self.start(name, [self.net.programs / "steve", "--dev-name", name, "--backend", "fuse", "--mode", "0666",
                          "--min-memory-avail", "0", "--jobs", jobs, *options])
        within(20, lambda: self.status(name) is not None, f"{path} is served")
        return path

    def status(self, name):
        words = [self.net.programs / "stevectl", "status", "--device", name, "--json"]
        done = subprocess.run(words, env=self.environment(), capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def needs_all_back(self, name):
        """Fails unless soon nobody holds a token, lends one or waits."""
        def idle():
            status = self.status(name)
            return status and status["held"] == status["lent"] == status["waiting"] == 0 and status["free"] + status["reserved"] == status["limit"]
        within(10, idle, f"all tokens of {self.name}'s {name} are back: {self.status(name)}")

    def serve(self, slots, links, **environment):
        """Starts a distccd that compiles for others, with the compilers to which a folder's links lead."""
        self.start("distccd", ["distccd", "--no-detach", "--daemon", "--allow", "10.77.0.0/24", "--listen", self.address, "--jobs",
                               slots, "--log-stderr", "--log-level", "info", "--user", "nobody"],
                   self.environment(DISTCCD_PATH=str(links), **environment))
        within(10, self.listens, f"distccd on {self.name}")

    def listens(self):
        return subprocess.run(["nsenter", f"--net=/run/netns/{self.space}", "bash", "-c", f"exec 3<>/dev/tcp/{self.address}/3632"],
                              capture_output=True).returncode == 0

    def end(self, key, how=signal.SIGTERM):
        """Ends a program and the processes that it started; distccd's children are in its session."""
        child = self.children.pop(key, None)
        if child is None:
            return
        for pid in session(child.pid) if how == signal.SIGKILL else [child.pid]:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                pass
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for pid in session(child.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def close(self):
        for key in sorted(self.children, key=lambda key: key in ("own", "fleet")):
            self.end(key)
        ip("netns", "del", self.space, check=False)


def session(leader):
    """The members of the session whose leader is that process."""
    members = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            if int(text[text.rindex(")") + 2:].split()[3]) == leader:
                members.append(int(entry.name))
    return members


class Net:
    """The hosts c, h1 and h2 on one bridge. `close` removes everything, whatever happened."""

    def __init__(self, programs, work):
        self.programs, self.work = pathlib.Path(programs), pathlib.Path(work)
        self.hosts = {}
        self.serving = self.folder_of_links("serving")
        self.asking = self.folder_of_links("asking")
        try:
            for number, name in enumerate(("c", "h1", "h2"), start=1):
                self.hosts[name] = Host(self, name, number)
            c = self.hosts["c"]
            ip("-n", c.space, "link", "add", "br0", "type", "bridge")
            ip("-n", c.space, "addr", "add", f"{c.address}/24", "dev", "br0")
            ip("-n", c.space, "link", "set", "br0", "up")
            for name in ("h1", "h2"):
                host = self.hosts[name]
                ip("-n", c.space, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", host.space)
                ip("-n", c.space, "link", "set", name, "master", "br0", "up")
                ip("-n", host.space, "addr", "add", f"{host.address}/24", "dev", "eth0")
                ip("-n", host.space, "link", "set", "eth0", "up")
        except BaseException:
            self.close()
            raise

    def folder_of_links(self, name):
        folder = self.work / name
        folder.mkdir()
        for compiler in LINKS:
            (folder / compiler).symlink_to(self.programs / "steve-cc")
        return folder

    def __getitem__(self, name):
        return self.hosts[name]

    def close(self):
        for host in self.hosts.values():
            host.close()
