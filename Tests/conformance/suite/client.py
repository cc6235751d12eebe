"""What a client is to the suite. Each file in clients/ has one, called `Client`."""

import os
import shutil
import subprocess

# What is fetched and kept: Tests/conformance/fetch.
STORE = os.environ.get("STEVE_CLIENTS", "/var/tmp/steve-clients")


class Missing(Exception):
    """The client cannot be had here; the words say why."""


class Project:
    jobs = 48
    # Keeps a token for longer than one job, so it slows down late when the limit falls.
    keeps = False
    # Only retries, never waits: nothing is promised to it while others wait.
    waits = True
    # What it says when it refuses a device; it runs at its own width then. Empty: it takes one.
    refusal = ""
    # How much longer its jobs last than others', where what lies between them takes long.
    scale = 1
    # How long until its first job, at most, on a quiet machine.
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
        """Its version; raises Missing."""
        raise NotImplementedError

    def lay_out(self):
        """Writes the project into its folder."""

    def command(self):
        """The words that build it, all of it, each time."""
        raise NotImplementedError

    def before(self):
        """Puts the project back to where nothing is built."""


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
    """The first line that a program says of itself."""
    said = subprocess.run(words, capture_output=True, text=True)
    if said.returncode:
        raise Missing(f"{' '.join(words)}: status {said.returncode}: {(said.stderr or said.stdout).strip()[-200:]}")
    return said.stdout.splitlines()[0]
