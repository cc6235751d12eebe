"""Cases of GNU make alone: a load limit, -jN by mistake, signals to make itself, and how soon it wakes."""

import os
import signal
import time

from suite.cases import CLOSED, OPEN, need, tail
from suite.client import Project


class Makefile(Project):
    """A makefile with jobs of one length; a case may add words behind `make`."""

    def __init__(self, shop, name, *words, jobs=12):
        super().__init__(os.path.join(shop.work, name), shop)
        self.jobs = jobs
        self.write("Makefile", f"jobs = $(shell seq -f job-%.0f {jobs})\nall: $(jobs)\n$(jobs):\n\t@{shop.job}\n")
        self.words = [shop.make, "-s", "-C", self.folder, *words]

    def command(self):
        return self.words


def build(cases, name, *words, seconds=0.1):
    """Runs a build to its end on 4 tokens; returns how many jobs ran at once, and the output."""
    cases.daemon(4)
    cases.shop.log.clear()
    project = Makefile(cases.shop, name, *words)
    run = cases.shop.start(project, cases.server, seconds)
    cases.finish(run, project, 60)
    need(cases.shop.log.starts() == project.jobs, f"{cases.shop.log.starts()} jobs of {project.jobs}")
    cases.whole()
    return cases.shop.log.peak(), run.said()


def by_mistake(cases):
    peak, said = build(cases, "mistake", "-j9")
    need(peak == 4, f"{peak} jobs at once with 4 tokens")
    need("-j9" in said, f"nobody said that -j9 was taken off: {said}")
    return f"-j9 is taken off, said, and {peak} jobs ran at once", {}


def load_limit(cases):
    free, _ = build(cases, "load-high", "-l", "1000")
    need(free == 4, f"with -l 1000 at most {free} jobs at once")
    loaded, _ = build(cases, "load-low", "-l", "0.001", seconds=0.05)
    need(loaded <= 4, f"with -l 0.001 {loaded} jobs at once")
    return f"{free} jobs at once below the limit, {loaded} above it, all tokens back", {}


def signalled(number):
    """A make that is told to end waits for its jobs, with its files closed: until then its tokens are in use."""

    def case(cases):
        daemon = cases.daemon(4)
        log = cases.shop.log
        log.clear()
        run = cases.shop.start(Makefile(cases.shop, f"told-{number.name}"), daemon, 1.5)
        need(run.until(lambda: log.starts() == 4, 30), f"no four jobs: {tail(run)}")
        run.signal(number, group=False)
        if number == signal.SIGKILL:
            run.wait(5)
            wrong = daemon.is_whole(1 * cases.shop.slow) if cases.backend != "fifo" else None
            need(wrong is None, wrong)
            alive = len(run.leftovers())
            run.sweep()
            cases.whole()
            return f"its tokens are back while {alive} of its jobs live on", {}
        time.sleep(0.2)
        running = log.starts() - len(log.lines("-"))
        free = daemon.drain()
        # make passes SIGTERM on to its jobs, but not SIGINT.
        if number == signal.SIGINT and cases.backend == "fifo":
            # No process has the pipe open: the daemon cannot know that its tokens are in use.
            pass
        elif number == signal.SIGINT:
            need(run.process.poll() is None and running > 0, f"make did not wait for its jobs: {tail(run)}")
            need(free == 0, f"{free} tokens given out anew while {running} jobs of a dying make run")
        need(cases.backend == "fifo" or free + running <= 4, f"{free} tokens free while {running} jobs of a dying make run")
        need(run.wait(30) is not None, "it never ended")
        run.sweep()
        cases.whole()
        return f"{running} jobs ran on, {free} tokens free; all back at make's end", {}

    return case


def follows(cases):
    """A build that always has work left comes down to one job, after a lowered limit and behind a closed gate."""
    daemon = cases.daemon(6)
    log = cases.shop.log
    log.clear()
    run = cases.shop.start(Makefile(cases.shop, "follows", jobs=2000), daemon, 0.1)
    texts = []
    for close, open_again in [({"jobs": 1}, {"jobs": 6}), (CLOSED, OPEN)]:
        need(run.until(lambda: reaches(log, 6, most=False), 20), "never six jobs at once with 6 tokens")
        daemon.set(**close)
        since = time.monotonic()
        need(run.until(lambda: reaches(log, 1), 20), f"{close}: {log.peak(since=time.monotonic_ns() - 500_000_000)} jobs at once")
        texts.append(f"{time.monotonic() - since - 0.3:.1f} s")
        daemon.set(**open_again)
    run.process.kill()
    run.sweep()
    cases.whole()
    return f"one job at once {texts[0]} after the limit fell to 1, {texts[1]} after the gate closed, with jobs of 0.1 s", {}


def reaches(log, width, most=True):
    """Whether in the last 0.3 s at most so many jobs ran at once; with most=False, whether so many did."""
    time.sleep(0.05)
    peak = log.peak(since=time.monotonic_ns() - 300_000_000)
    return peak <= width if most else peak >= width


def wakes_up(cases):
    """A make with work and no token gets one when it comes back; without a wake-up it would wait for its own job's
    end."""
    daemon = cases.daemon(2)
    log, worst = cases.shop.log, 0.0
    for number in range(5):
        log.clear()
        holder = os.open(daemon.path, os.O_RDWR)
        os.read(holder, 1)
        project = Makefile(cases.shop, f"wake-{number}", jobs=2)
        run = cases.shop.start(project, daemon, 2)
        need(run.until(lambda: log.starts() == 1, 20), f"no first job: {tail(run)}")
        time.sleep(0.3)
        need(log.starts() == 1, "a second job without a token")
        since = time.monotonic_ns()
        os.write(holder, b"+")
        os.close(holder)
        cases.finish(run, project, 30)
        worst = max(worst, (log.lines("+")[1][0] - since) / 1e6)
    need(worst <= 1000, f"{worst:.0f} ms from a token's return to the job")
    cases.whole()
    return f"at most {worst:.1f} ms from a token's return to the next job, of 5", {"wake": worst}


ALL = [("-jN by mistake", by_mistake), ("-l", load_limit), ("SIGINT to make alone", signalled(signal.SIGINT)),
       ("SIGTERM to make alone", signalled(signal.SIGTERM)), ("SIGKILL to make alone", signalled(signal.SIGKILL)),
       ("a moved limit", follows), ("wake-up", wakes_up)]
