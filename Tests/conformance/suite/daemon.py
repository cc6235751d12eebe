"""A steve of the test's own: the suite steers it through its control socket, and counts its tokens by taking them."""

import json
import os
import signal
import socket
import subprocess
import time


class Daemon:
    def __init__(self, programs, work, backend, tokens, *options):
        self.name = f"conformance-{os.getpid()}"
        self.run = os.path.join(work, "run")
        self.backend, self.tokens = backend, tokens
        os.makedirs(self.run, exist_ok=True)
        self.environment = {"STEVE_RUNTIME_DIR": self.run, "STEVE_DEV_NAME": self.name}
        self.log = os.path.join(work, "steve.log")
        self.words = [f"{programs}/steve", "--backend", backend, "--jobs", str(tokens), "--config", "/dev/null", *options]
        self.start("w")
        with self.connection() as (_, greeting):
            self.path = greeting["path"]

    def start(self, mode):
        ready, told = os.pipe()
        with open(self.log, mode) as log:
            self.process = subprocess.Popen(
                self.words + ["--ready-fd", str(told)], pass_fds=[told], stderr=log,
                env=os.environ | self.environment, start_new_session=True)
        os.close(told)
        if os.read(ready, 1) != b"\n":
            raise RuntimeError("no daemon: " + open(self.log).read())
        os.close(ready)

    def takeovers(self):
        return self.status().get("takeovers", {"count": 0})["count"]

    def kill_server(self):
        """Sends SIGKILL to the server; returns when the next server answers."""
        count = self.takeovers()
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            os.kill(int(children.read().split()[0]), signal.SIGKILL)
        while self.takeovers() == count:
            time.sleep(0.005)

    def replace_keeper(self):
        """Sends SIGKILL to the keeper alone, then starts another steve, like a service manager."""
        self.process.kill()
        self.process.wait()
        self.start("a")

    def connection(self):
        return Connection(os.path.join(self.run, self.name + ".sock"))

    def ask(self, do, **more):
        with self.connection() as (lines, _):
            lines.write(json.dumps({"do": do, "id": 1, **more}) + "\n")
            lines.flush()
            answer = json.loads(lines.readline())
        if not answer["ok"]:
            raise RuntimeError(answer["error"])
        return answer

    def status(self):
        return self.ask("status")["status"]

    def set(self, **values):
        self.ask("set", values={name.replace("_", "-"): str(value) for name, value in values.items()})

    def drain(self):
        """How many tokens a new client can take; it gives them back."""
        file = os.open(self.path, os.O_RDWR | os.O_NONBLOCK)
        taken = b""
        try:
            while True:
                byte = os.read(file, 1)
                if not byte:
                    raise RuntimeError("end of file")
                taken += byte
        except BlockingIOError:
            pass
        finally:
            if taken:
                os.write(file, taken)
            os.close(file)
        return len(taken)

    def is_whole(self, seconds):
        """None if all tokens are back in that time, according to the daemon and by taking them; else a text on what
        is wrong."""
        end = time.monotonic() + seconds
        while (free := self.status()["free"]) != self.tokens:
            if time.monotonic() > end:
                return f"{free} of {self.tokens} tokens free: {json.dumps(self.status())}"
            time.sleep(0.01)
        count = self.drain()
        return None if count == self.tokens else f"{count} of {self.tokens} tokens can be taken"

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rw")
        self.greeting = json.loads(self.lines.readline())

    def __enter__(self):
        return self.lines, self.greeting

    def __exit__(self, *_):
        self.lines.close()
        self.socket.close()
