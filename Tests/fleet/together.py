"""steve-cc, real distcc and steve on three hosts."""

import os
import shutil
import signal
import subprocess
import time

from counting import Count
from hosts import Failed, need, within

SOURCES = 28


def sources(folder, count=SOURCES, functions=220):
    """A program of so many sources, each of which a compiler needs half a second for, and its makefile."""
    folder.mkdir(parents=True)
    for part in range(count):
        lines = [f"int part{part}_{number}(int x) {{ int a[64]; for (int i = 0; i < 64; i++) a[i] = x * i + {number};"
                 " for (int i = 1; i < 64; i++) a[i] ^= a[i - 1] * 31; return a[63]; }" for number in range(functions)]
        (folder / f"part{part}.c").write_text("\n".join(lines) + "\n")
    objects = " ".join(f"part{part}.o" for part in range(count))
    (folder / "Makefile").write_text(f"CC = gcc\nCFLAGS = -O2\nall: {objects}\n")
    return folder


def gnu_make():
    tool = os.path.join(os.path.dirname(__file__), "../../scripts/gnu-make")
    return subprocess.run([tool], capture_output=True, text=True, check=True).stdout.strip()


class Fleet:
    """The asker and its helpers; each has a pool of 2."""

    def __init__(self, net, askers=("c",), helpers=("h1", "h2"), options=()):
        self.net = net
        for host in net.hosts.values():
            host.pool("own", 2, *(options if host.name in askers else ()))
        for name in askers:
            others = [helper for helper in helpers if helper != name]
            net[name].pool("fleet", 4 * len(others), "--reserve", "0")
            net[name].helpers = others
        for name in helpers:
            net[name].serve(4, net.serving, STEVE_DEV_NAME="own")

    def build(self, host, folder, remote=True, jobs=SOURCES, words=()):
        """Starts make on a host as one of its users, with a slot."""
        host = self.net[host]
        environment = host.environment()
        if remote:
            environment["PATH"] = f"{self.net.asking}:{environment['PATH']}"
            environment |= {"DISTCC_HOSTS": " ".join(f"{self.net[name].address}/4" for name in host.helpers),
                            "DISTCC_DIR": str(host.folder / "distcc"), "STEVE_FLEET": str(host.folder / "fleet"),
                            "DISTCC_IO_TIMEOUT": "60"}
            (host.folder / "distcc").mkdir(exist_ok=True)
        command = [self.net.programs / "stevectl", "run", "--device", "own", "--", gnu_make(), "-C", folder, *words]
        return host.start(f"build-{folder.name}", command, environment, log=f"build-{folder.name}.log")

    def must_end(self, host, child, folder, count=SOURCES, seconds=400):
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"{folder.name} on {host} did not end") from None
        log = (self.net[host].folder / f"build-{folder.name}.log").read_text(errors="replace")
        need(status == 0, f"{folder.name} on {host} ended with {status}: {log[-800:]}")
        objects = sorted(folder.glob("*.o"))
        need(len(objects) == count, f"{len(objects)} objects of {count}")
        need("distcc" not in log and "warning" not in log, f"more was said than gcc says: {log[-800:]}")

    def all_back(self):
        for host in self.net.hosts.values():
            for name in ("own", "fleet"):
                if name in host.children:
                    host.needs_all_back(name)


def idle_helpers(net):
    fleet, count = Fleet(net), Count(net)
    folder = sources(net.work / "c-build")
    with count:
        fleet.must_end("c", fleet.build("c", folder), folder)
    need(count.peak["c"] <= 3, f"the asker overloads itself: {count.text()}")
    for name in ("h1", "h2"):
        need(count.peak[name] <= 2, f"a helper is overloaded: {count.text()}")
        need(len(count.seen[name]) >= 4, f"a helper does not help: {count.text()}")
    fleet.all_back()
    return f"{count.text()}; tokens busy h1 {count.busy('h1', 2):.2f}, h2 {count.busy('h2', 2):.2f}"


def all_build(net):
    fleet, count = Fleet(net), Count(net)
    folders = {name: sources(net.work / f"{name}-build") for name in ("c", "h1", "h2")}
    with count:
        builds = {name: fleet.build(name, folder, remote=name == "c") for name, folder in folders.items()}
        for name, child in builds.items():
            fleet.must_end(name, child, folders[name])
    need(count.peak["c"] <= 3 and count.peak["h1"] <= 3 and count.peak["h2"] <= 3, count.text())
    fleet.all_back()
    return count.text()


def without_tokens(net):
    """For comparison, without our programs: make -j10 with distcc's own links, and two helpers that run a make -j2
    themselves."""
    plain = net.work / "plain"
    plain.mkdir()
    (plain / "gcc").symlink_to(shutil.which("distcc"))
    for name in ("h1", "h2"):
        net[name].serve(4, "/usr/bin")
    count = Count(net)
    asker = net["c"].environment(DISTCC_HOSTS=" ".join(f"{net[name].address}/4" for name in ("h1", "h2")), DISTCC_DIR=str(net.work))
    environments = {name: net[name].environment() for name in ("h1", "h2")} | {"c": asker | {"PATH": f"{plain}:{asker['PATH']}"}}
    with count:
        children = []
        for name, environment in environments.items():
            folder = sources(net.work / f"{name}-build")
            words = [gnu_make(), "-C", folder, "-j10" if name == "c" else "-j2"]
            children.append(net[name].start("build", words, environment, log="build.log"))
        for child in children:
            need(child.wait(400) == 0, "a build failed")
    return count.text()


def helpers_die(net):
    fleet, count = Fleet(net), Count(net)
    folder = sources(net.work / "c-build")
    with count:
        child = fleet.build("c", folder)
        within(60, lambda: count.seen["h1"] and count.seen["h2"], "the helpers compile")
        for name in ("h1", "h2"):
            net[name].end("distccd", signal.SIGKILL)
        fleet.must_end("c", child, folder)
    need(count.peak["c"] <= 3, f"the asker overloads itself: {count.text()}")
    fleet.all_back()
    return count.text()


def mutual(net):
    alone = Fleet(net, askers=("h1", "h2"), helpers=("h1", "h2"))
    folders = {name: sources(net.work / f"{name}-build") for name in ("h1", "h2")}
    # All hosts share this machine's processors; one host alone has them all.
    begun = time.monotonic()
    single = sources(net.work / "h1-single")
    alone.must_end("h1", alone.build("h1", single, remote=False), single)
    without, begun = time.monotonic() - begun, time.monotonic()
    count = Count(net)
    with count:
        builds = {name: alone.build(name, folder) for name, folder in folders.items()}
        for name, child in builds.items():
            alone.must_end(name, child, folders[name])
    both = time.monotonic() - begun
    need(max(count.peak[name] for name in ("h1", "h2")) <= 4, count.text())
    alone.all_back()
    return f"{count.text()}; {both:.0f} s, one alone {without:.0f} s: {both / without:.2f} times"


def stopped_steve(net):
    """A helper whose steve hangs takes a job for 20 s and gives it back."""
    fleet, count = Fleet(net, helpers=("h1",)), Count(net)
    folder = sources(net.work / "c-build", count=8)
    os.kill(net["h1"].children["own"].pid, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        with count:
            fleet.must_end("c", fleet.build("c", folder), folder, count=8)
    finally:
        os.kill(net["h1"].children["own"].pid, signal.SIGCONT)
    need(not count.seen["h1"], f"compiled without a token: {count.text()}")
    need(len(count.seen["c"]) >= 8 and count.peak["c"] <= 3, count.text())
    fleet.all_back()
    return f"{count.text()}, after {time.monotonic() - begun:.0f} s"


def ended_steve(net):
    """A helper without a steve compiles for nobody."""
    fleet, count = Fleet(net, helpers=("h1",)), Count(net)
    net["h1"].end("own")
    folder = sources(net.work / "c-build", count=8)
    with count:
        fleet.must_end("c", fleet.build("c", folder), folder, count=8)
    need(not count.seen["h1"] and count.peak["c"] <= 3, count.text())
    fleet.all_back()
    return count.text()


def closed_gate(net):
    """The load here is too high: jobs still go elsewhere, and what must be done here waits for its turn."""
    fleet, count = Fleet(net, options=("--load-average", "0.01", "--load-recheck-timeout", "0.1")), Count(net)
    folder = sources(net.work / "c-build")
    with count:
        fleet.must_end("c", fleet.build("c", folder), folder)
    need(count.peak["c"] <= 2, f"beyond min-jobs and the command's own slot: {count.text()}")
    need(len(count.seen["h1"]) + len(count.seen["h2"]) >= SOURCES // 2, f"nothing went away: {count.text()}")
    fleet.all_back()
    return count.text()


def killed_server(net):
    """Servers, the asker's two and a helper's, are killed again and again while jobs are lent: no client notices."""
    fleet, count = Fleet(net), Count(net)
    folder = sources(net.work / "c-build")
    pools = [("c", "own"), ("c", "fleet"), ("h1", "own")]
    kills = 0
    with count:
        child = fleet.build("c", folder)
        within(60, lambda: count.seen["h1"] and count.seen["h2"], "the helpers compile")
        while child.poll() is None:
            host, name = pools[kills % len(pools)]
            if server := server_of(net[host].children[name].pid):
                os.kill(server, signal.SIGKILL)
                kills += 1
            time.sleep(0.2)
        fleet.must_end("c", child, folder)
    need(kills >= 6, f"only {kills} servers were killed")
    need(count.peak["c"] <= 3 and max(count.peak["h1"], count.peak["h2"]) <= 2, f"overloaded: {count.text()}")
    fleet.all_back()
    return f"{count.text()}; {kills} servers killed"


def server_of(keeper):
    with open(f"/proc/{keeper}/task/{keeper}/children") as file:
        children = file.read().split()
    return int(children[0]) if children else None


def ended_by(how):
    def case(net):
        fleet, count = Fleet(net), Count(net)
        folder = sources(net.work / "c-build")
        with count:
            child = fleet.build("c", folder)
            within(60, lambda: count.seen["h1"] and count.seen["h2"], "the helpers compile")
            for pid in [child.pid] if how == signal.SIGKILL else session_of(child):
                try:
                    os.kill(pid, how)
                except ProcessLookupError:
                    pass
            child.wait(60)
            if how == signal.SIGKILL:
                # Each process that make left behind finishes its one job.
                within(60, lambda: not session_of(child), "the jobs of a killed make end")
        fleet.all_back()
        return count.text()
    return case


def session_of(child):
    from hosts import session
    return [pid for pid in session(child.pid) if pid != child.pid] + ([child.pid] if child.poll() is None else [])



def price(net):
    """What steve-cc costs a job that stays here, and a job that `distcc gcc` keeps here: medians of 60, and its
    memory."""
    fleet = Fleet(net, helpers=("h1",))
    host, folder = net["c"], sources(net.work / "c-build", count=1, functions=1)
    environment = host.environment(MAKEFLAGS=f"--jobserver-auth=fifo:{host.folder}/own", STEVE_FLEET="/nonexistent", DISTCC_HOSTS="localhost",
                                   DISTCC_DIR=str(host.folder / "distcc"))
    commands = {"gcc": ["gcc"], "steve-cc gcc": [net.programs / "steve-cc", "gcc"], "distcc gcc": ["distcc", "gcc"]}
    times = {name: [] for name in commands}
    for _ in range(60):
        for name, command in commands.items():
            begun = time.perf_counter()
            subprocess.run([*command, "-c", "part0.c", "-o", "x.o"], cwd=folder, env=environment, check=True, capture_output=True)
            times[name].append(time.perf_counter() - begun)
    middle = {name: sorted(values)[len(values) // 2] * 1000 for name, values in times.items()}
    fleet.all_back()
    return ", ".join(f"{name} {value:.2f} ms" for name, value in middle.items())


CASES = {
    "idle helpers": idle_helpers, "all build": all_build, "without tokens": without_tokens, "helpers die": helpers_die, "two that help each other": mutual,
    "a helper's steve hangs": stopped_steve, "a helper without a steve": ended_steve, "closed gate": closed_gate, "servers killed": killed_server,
    "SIGINT": ended_by(signal.SIGINT), "SIGKILL": ended_by(signal.SIGKILL), "price": price,
}
QUICK = {"idle helpers", "helpers die"}
