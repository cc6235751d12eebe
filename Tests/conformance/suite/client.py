"""What the suite needs to know of a client. Each file in clients/ has such a class, called `Client`."""

import os
import shutil
import subprocess

# The folder for what Tests/conformance/fetch gets.
STORE = os.environ.get("STEVE_CLIENTS", "/var/tmp/steve-clients")


class Missing(Exception):
    """The client cannot be had here; the message says why."""


class Project:
    jobs = 48
    # Whether it keeps a token for longer than one job, and so slows down late when the limit falls.
    keeps = False
    # Whether it waits for a token. A client that only retries is promised nothing while others wait.
    waits = True
    # Its message when it refuses a device and runs at its own width. Empty: it accepts a device.
    refusal = ""
    # The factor by which its jobs are longer than others', because the time between its jobs is long.
    scale = 1
    # How many seconds its first job may take to begin on a quiet machine.
    startup = 10
    environment = {}

    def __init__(self, folder, shop):
        self.folder, self.shop = folder, shop

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def find(self):
        """The client's version; raises Missing."""
        raise NotImplementedError

    def lay_out(self):
        """Writes the project into its folder."""

    def command(self):
        """The words of a command that builds the whole project each time."""
        raise NotImplementedError

    def before(self):
        """Removes everything that a build has made."""


def stored(*parts):
    path = os.path.join(STORE, *parts)
    if not os.path.exists(path):
        raise Missing(f"no {path}: Tests/conformance/fetch did not get it")
    return path


def program(name):
    path = shutil.which(name)
    if not path:
        raise Missing(f"no {name} in PATH")
    return path


def version(*words):
    """The first line that a program prints about itself."""
    said = subprocess.run(words, capture_output=True, text=True)
    if said.returncode:
        raise Missing(f"{' '.join(words)}: status {said.returncode}: {(said.stderr or said.stdout).strip()[-200:]}")
    return said.stdout.splitlines()[0]
