"""The cases. Each returns a text on what it saw, and figures; a Failed says what was wrong."""

import os
import random
import re
import signal
import threading
import time

from suite.daemon import Daemon


# Closes the gate on every machine: a floor (MiB) so high that the kernel's own memory keeps the machine below it. A
# load limit would not close it: an idle machine is below the lowest limit, and jobs that sleep are no load.
CLOSED = {"min_memory_avail": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // 2**20 - 1}
OPEN = {"min_memory_avail": 0}
# A line that complains about a jobserver that has gone.
TROUBLE = re.compile(r"\*\*\*|[Ee]rror:|Errno|EOF|I/O|failed to|not connected")


class Failed(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Failed(text)


def tail(run, lines=4):
    return " / ".join(line.strip() for line in run.said().splitlines()[-lines:])


class Cases:
    def __init__(self, shop, backend, rounds, seconds, kills):
        self.shop, self.backend, self.rounds, self.seconds, self.kills = shop, backend, rounds, seconds, kills
        self.server = None

    def close(self):
        """Ends the builds and the daemon of the former case."""
        self.shop.sweep()
        if self.server and self.server.process.poll() is None:
            self.server.stop()

    def daemon(self, tokens, *options):
        self.close()
        self.server = Daemon(self.shop.programs, self.shop.work, self.backend, tokens, *options)
        return self.server

    def finish(self, run, project, seconds):
        """Waits for the run's end; it must succeed, with all jobs done."""
        status = run.wait(project.startup + seconds)
        if status is None:
            run.sweep()
            raise Failed(f"hangs after {self.shop.log.starts()} jobs; {self.server.status()}")
        need(status == 0, f"ended with {status}: {tail(run)}")

    def whole(self):
        wrong = self.server.is_whole(1 * self.shop.slow)
        need(wrong is None, wrong)

    # 1

    def cleaned(self, project):
        """sudo, su -, tox, bazel: the client knows nothing of the jobserver under which its own ancestor runs."""
        return self.alone(project, cleaned=True)

    def alone(self, project, cleaned=False):
        daemon = self.daemon(4)
        log = self.shop.log
        log.clear()
        run = self.shop.start(project, daemon, self.seconds * project.scale, cleaned=cleaned)
        self.finish(run, project, 60)
        count, peak, waste = log.starts(), log.peak(), log.waste(4)
        need(count >= max(40, project.jobs), f"{count} jobs of {project.jobs}")
        if self.refused(project, run, daemon):
            return f"refuses the device, says so, runs at its own width: {peak}", {"peak": peak}
        need(peak <= 4, f"{peak} jobs at once with 4 tokens")
        need(peak == 4, f"never more than {peak} jobs at once with 4 tokens")
        self.whole()
        return f"{count} jobs, peak {peak} of 4, waste {waste:.1%}", {"peak": peak, "waste": waste, "jobs": count}

    def refused(self, project, run, daemon):
        """Whether the client refuses a device. A client that accepts one by now must lose its mark."""
        if not project.refusal or self.backend == "fifo":
            return False
        need(project.refusal in run.said(), f"it no longer refuses the device: lift the pin. {tail(run)}")
        granted = daemon.status()["totals"]["granted"]
        need(granted <= 1, f"it refuses the device and yet {granted} tokens were taken")
        self.whole()
        return True

    # 2

    def company(self, projects):
        daemon = self.daemon(6)
        log = self.shop.log
        log.clear()
        # Clients whose first job comes late start first, so that all run at the same time.
        runs = []
        for project in sorted(projects, key=lambda project: -project.startup):
            run = self.shop.start(project, daemon, 3 * self.seconds, slot=False)
            runs.append((project, run))
            name = project.folder.rsplit("/", 1)[-1]
            if project.startup > 10:
                run.until(lambda name=name: log.starts(name) > 0, project.startup * 3)
        try:
            for project, run in runs:
                self.finish(run, project, 300)
        finally:
            for _, run in runs:
                run.sweep()
        peak, mean = log.peak(), log.mean_seconds()
        need(peak <= 6 + len(runs), f"{peak} jobs at once with 6 tokens and {len(runs)} slots")
        waits = {}
        for project, _ in runs:
            name = project.folder.rsplit("/", 1)[-1]
            waits[name] = log.second_after(name)
            if project.waits:
                need(waits[name] is not None, f"{name} never had a token beside its slot")
                need(waits[name] <= 20 * mean * self.shop.slow,
                     f"{name} waited {waits[name]:.1f} s for its first token, {waits[name] / mean:.0f} jobs long")
        self.whole()
        return {name: f"done; first token after {wait / mean:.1f} job times" if wait is not None else
                "done, on its slot alone" for name, wait in waits.items()}, {"peak": peak, "mean": mean}

    # 3

    def killed(self, project):
        """Sends SIGKILL to the client, which leaves its jobs behind, and SIGINT to its group, as Ctrl-C does."""
        daemon = self.daemon(4)
        accounts = self.backend != "fifo"
        bystander = Bystander(self.shop, daemon) if accounts else None
        try:
            worst, rounds = self.kill_and_kill(project, daemon, accounts)
            done = bystander.end() if bystander else self.after_a_kill(project, daemon)
        finally:
            if bystander:
                bystander.over = True
                bystander.thread.join()
        self.whole()
        how = f"tokens back within {worst * 1000:.0f} ms; " if accounts else "all tokens back each time; "
        return f"{2 * rounds} kills; {how}{done}", {"reclaim": worst, "rounds": rounds}

    def kill_and_kill(self, project, daemon, accounts):
        """The longest time, in seconds, for which dead processes' tokens were missing, and how often each signal was
        sent."""
        worst = 0.0
        # In a guest a slow client takes a minute for each kill.
        slowly = self.backend == "cuse" and project.startup > 10
        rounds = min(self.rounds, 2 if project.startup > 100 else 5) if slowly else self.rounds
        for number in [signal.SIGKILL, signal.SIGINT] * rounds:
            self.shop.log.clear()
            run = self.shop.start(project, daemon, self.seconds * project.scale)
            begun = run.until(lambda: self.shop.log.starts() >= 3, project.startup + 60)
            if not begun:
                run.sweep()
                raise Failed(f"no third job before the kill: {tail(run)}")
            time.sleep(random.uniform(0, 2 * self.seconds))
            if run.process.poll() is None:
                run.signal(number, group=number == signal.SIGINT)
            if run.wait(30) is None:
                run.sweep()
                raise Failed(f"lives on after {number.name}: {tail(run)}")
            if accounts:
                worst = max(worst, self.settled(daemon, {run.process.pid}))
            pids = set(run.leftovers())
            run.sweep()
            if accounts:
                worst = max(worst, self.settled(daemon, pids))
            else:
                # No record says who took a byte of a pipe: the tokens come back once no client has the pipe open.
                self.whole()
        return worst, rounds

    def settled(self, daemon, dead):
        """Seconds until no dead process holds a token."""
        since = time.monotonic()
        while holders := [h["pid"] for h in daemon.status()["holders"] if h["pid"] in dead]:
            need(time.monotonic() - since < self.shop.slow, f"{holders} ended a second ago and hold tokens: {daemon.status()}")
            time.sleep(0.002)
        return time.monotonic() - since

    def after_a_kill(self, project, daemon):
        """On a pipe: a build beside a killed client has fewer tokens, and still finishes."""
        bystander = Bystander(self.shop, daemon)
        self.shop.log.clear()
        run = self.shop.start(project, daemon, self.seconds * project.scale)
        need(run.until(lambda: self.shop.log.starts() >= 2, project.startup + 60), f"no job beside another: {tail(run)}")
        run.signal(signal.SIGKILL, group=False)
        time.sleep(2 * self.seconds)
        run.sweep()
        return bystander.end()

    # 4

    def limits(self, project):
        daemon = self.daemon(6)
        log, seconds = self.shop.log, 8 * self.seconds
        log.clear()
        run = self.shop.start(project, daemon, seconds)
        need(run.until(lambda: log.starts() >= 5, project.startup + 60), f"no jobs: {tail(run)}")
        windows = []
        for close, open_again in [({"jobs": 1}, {"jobs": 6}), (CLOSED, OPEN)]:
            time.sleep(seconds)
            closed = time.monotonic()
            daemon.set(**close)
            # A job that runs may end first and give its token back.
            time.sleep(1.2 * seconds)
            run.until(lambda: log.running() <= 1, 3 * seconds)
            since = time.monotonic_ns()
            time.sleep(max(seconds, 2 - time.monotonic() + closed))
            windows.append((since, time.monotonic_ns()))
            over = run.process.poll() is not None
            daemon.set(**open_again)
            if over:
                break
        self.finish(run, project, 120)
        need(log.starts() >= max(40, project.jobs), f"{log.starts()} jobs of {project.jobs}")
        need(log.peak() <= 6, f"{log.peak()} jobs at once with 6 tokens")
        self.whole()
        if over and (project.keeps or self.backend == "fifo"):
            return "hardly slowed, done before the gate opened again", {}
        need(not over, "done while the limit was low")
        peaks = [log.peak(*window) for window in windows]
        # On a pipe steve competes for the bytes that come back; a case of make's own measures how soon it has them.
        if not project.keeps and self.backend != "fifo":
            need(max(peaks) <= 1, f"{peaks[0]} jobs at once with 1 token, {peaks[1]} with the gate closed")
        need(log.peak(since=windows[0][1]) > 1, "it stayed slow after the limit was raised")
        return f"at most {peaks[0]} with one token, {peaks[1]} while the gate was closed", {"peaks": peaks}

    # 5

    def stopped(self, project):
        daemon = self.daemon(4)
        log = self.shop.log
        log.clear()
        run = self.shop.start(project, daemon, 2 * self.seconds * project.scale)
        need(run.until(lambda: log.starts() >= 5, project.startup + 60), f"no jobs: {tail(run)}")
        daemon.stop()
        need(daemon.process.returncode == 0, f"the daemon ended with {daemon.process.returncode}")
        status = run.wait(60)
        if status is None:
            run.sweep()
            raise Failed(f"hangs when the daemon has gone: {tail(run)}")
        run.sweep()
        words = next((line.strip().replace(self.shop.work, "...")[:120] for line in run.said().splitlines() if TROUBLE.search(line)), "nothing")
        return f"ends with {status} after {log.starts()} jobs, says: {words}", {"status": status}


    # 6

    def replaced(self, project):
        """Sends SIGKILL to the server, again and again, and once to the keeper: every build succeeds."""
        daemon = self.daemon(4)
        log, kills, keepers, builds = self.shop.log, 0, 0, 0
        while kills < self.kills:
            log.clear()
            run = self.shop.start(project, daemon, self.seconds * project.scale)
            need(run.until(lambda: log.starts() >= 2, project.startup + 60), f"no jobs: {tail(run)}; {open(daemon.log).read()[-500:]}")
            while kills < self.kills and run.process.poll() is None:
                time.sleep(random.uniform(0, 2 * self.seconds))
                if kills >= self.kills // 2 and not keepers:
                    daemon.replace_keeper()
                    keepers += 1
                else:
                    daemon.kill_server()
                    kills += 1
            self.finish(run, project, 120)
            builds += 1
            need(log.starts() >= max(40, project.jobs), f"{log.starts()} jobs of {project.jobs}")
            need(log.peak() <= 4, f"{log.peak()} jobs at once with 4 tokens")
        need(daemon.takeovers() == kills + keepers, f"{daemon.takeovers()} takeovers of {kills + keepers}")
        self.whole()
        return f"{kills} servers and {keepers} keeper killed in {builds} builds, which ended with 0", {"kills": kills, "builds": builds}


class Bystander:
    """A make that builds over and over beside a client that is killed: none of its builds may fail."""

    def __init__(self, shop, daemon):
        from suite.joblog import JobLog
        from suite.client import Project

        folder = shop.work + "/bystander"
        self.project = Project(folder, shop)
        self.project.write("Makefile", f"all: 1 2 3 4\n1 2 3 4:\n\t@{shop.job}\n.PHONY: all 1 2 3 4\n")
        self.project.command = lambda: [shop.make, "-s", "-C", folder]
        self.shop, self.server, self.log = shop, daemon, JobLog(folder + "/jobs")
        self.over, self.builds, self.wrong = False, 0, None
        self.thread = threading.Thread(target=self.build, daemon=True)
        self.thread.start()

    def build(self):
        while not (self.over and self.builds) and not self.wrong:
            run = self.shop.start(self.project, self.server, 0.05, log=self.log)
            status = run.wait(60)
            self.builds += 1
            if status != 0 or self.log.starts() != 4 * self.builds:
                self.wrong = f"a build beside it ended with {status} after {self.log.starts()} jobs: {tail(run)}"
                run.sweep()

    def end(self):
        self.over = True
        self.thread.join()
        need(self.wrong is None, self.wrong)
        return f"{self.builds} builds beside it unharmed"
