"""Counts compilers from outside, for each network namespace."""

import collections
import os
import threading
import time

from hosts import COMPILERS


class Count:
    """Counts 50 times a second while a `with` lasts. A preprocessor does not count as a compiler."""

    def __init__(self, net):
        self.names = {host.inode: name for name, host in net.hosts.items()}
        self.peak, self.total, self.looks = collections.Counter(), collections.Counter(), 0
        self.seen = collections.defaultdict(set)
        self.marks = []
        self.ended = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def run(self):
        while not self.ended.wait(0.02):
            now = self.look()
            self.looks += 1
            self.marks.append((time.monotonic(), now))
            for name, count in now.items():
                self.peak[name] = max(self.peak[name], count)
                self.total[name] += count

    def look(self):
        now = collections.Counter()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", "rb") as file:
                    text = file.read()
                if text[text.index(b"(") + 1:text.rindex(b")")].decode() not in COMPILERS or text[text.rindex(b")") + 2:][:1] == b"Z":
                    continue
                name = self.names.get(os.stat(f"/proc/{pid}/ns/net").st_ino)
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if name and b"-E" not in words:
                now[name] += 1
                self.seen[name].add(pid)
        return now

    def busy(self, name, tokens):
        """The share of those tokens that compilers used while any host compiled."""
        while_any = [now for _, now in self.marks if sum(now.values())]
        return sum(min(now[name], tokens) for now in while_any) / (tokens * len(while_any)) if while_any else 0

    def text(self):
        return ", ".join(f"{name} at most {self.peak[name]}, {len(self.seen[name])} seen" for name in sorted(self.names.values()))
