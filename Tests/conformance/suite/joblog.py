"""The jobs' own log: how many ran at once, and for how long a token was free while a client waited."""


class JobLog:
    def __init__(self, path):
        self.path = path
        self.clear()

    def clear(self):
        open(self.path, "w").close()

    def lines(self, mark="+-", client=None):
        """All starts and ends so far, in order of time: (nanoseconds, +1 or -1, client)."""
        found = []
        with open(self.path) as log:
            for line in log:
                words = line.split()
                if len(words) == 4 and words[0] in mark and client in (None, words[3]):
                    found.append((int(words[1]), 1 if words[0] == "+" else -1, words[3]))
        # A job that ends in the moment in which another begins did not run beside it.
        return sorted(found)

    def starts(self, client=None):
        return sum(1 for line in self.lines("+", client))

    def running(self):
        """How many jobs run now, according to the log."""
        return sum(step for _, step, _ in self.lines())

    def peak(self, since=0, until=None, client=None):
        """The most jobs that ran at once between two moments."""
        running = most = 0
        for time, step, _ in self.lines("+-", client):
            if until is not None and time > until:
                break
            # The jobs that run now have all run since the last line.
            if time > since:
                most = max(most, running)
            running += step
        return max(most, running)

    def waste(self, tokens):
        """The share of token time that no job used, from the first start to the last: until then jobs were left to
        do."""
        lines = self.lines()
        starts = [time for time, step, _ in lines if step > 0]
        if len(starts) < 2 or starts[-1] == starts[0]:
            return 0.0
        idle = running = 0
        last = starts[0]
        for time, step, _ in lines:
            if time > starts[-1]:
                break
            idle += max(0, tokens - running) * (time - last)
            running, last = running + step, time
        return idle / (tokens * (starts[-1] - starts[0]))

    def mean_seconds(self):
        """The mean time that a job took."""
        lines = self.lines()
        ends = sum(1 for line in lines if line[1] < 0)
        return sum(-step * time for time, step, _ in lines) / 1e9 / ends if ends and 2 * ends == len(lines) else 0.0

    def second_after(self, client):
        """Seconds from a client's first job to the first job beside it, which needed a token of the pool."""
        running, first = 0, None
        for time, step, _ in self.lines("+-", client):
            first = time if first is None else first
            running += step
            if running == 2:
                return (time - first) / 1e9
        return None
