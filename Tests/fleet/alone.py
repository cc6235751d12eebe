"""steve-cc on one host, with a stand-in for distcc that records its calls."""

import contextlib
import json
import os
import re
import subprocess
import time

from hosts import clean_environment, need

SOURCE = "int one(void) { return 1; }\n"


class Bench:
    """A folder with a source, with links that have compilers' names, and with a distcc of our own."""

    def __init__(self, programs, work, pools=True):
        self.programs, self.work = programs, work
        (work / "bin").mkdir()
        (work / "links").mkdir()
        for name in ("gcc", "g++", "cc"):
            (work / "links" / name).symlink_to(programs / "steve-cc")
        (work / "one.c").write_text(SOURCE)
        (work / "two.c").write_text(SOURCE.replace("one", "two"))
        (work / "wrong.c").write_text("int wrong(void) { return nothing; }\n")
        (work / "conftest.c").write_text(SOURCE)
        (work / "warned.c").write_text("int warned(int x) { int unused; return x; }\n")
        self.distcc('exec "$@"')
        self.children = []
        self.own = self.pool("own", 2) if pools else None
        self.fleet = self.pool("fleet", 2, "--reserve", "0") if pools else None

    def distcc(self, script):
        path = self.work / "bin/distcc"
        path.write_text(f'#!/bin/sh\necho "$@" >> {self.work}/sent\n{script}\n')
        path.chmod(0o755)

    def pool(self, name, jobs, *options):
        environment = clean_environment(STEVE_RUNTIME_DIR=str(self.work))
        reader, writer = os.pipe()
        self.children.append(subprocess.Popen(
            [self.programs / "steve", "--dev-name", name, "--backend", "fuse", "--jobs", str(jobs), "--ready-fd", str(writer), *options],
            env=environment, pass_fds=[writer], stderr=subprocess.DEVNULL))
        os.close(writer)
        need(os.read(reader, 1) == b"\n", f"no daemon for {name}")
        os.close(reader)
        return self.work / name

    def environment(self, **more):
        values = clean_environment(STEVE_RUNTIME_DIR=str(self.work))
        values["PATH"] = f"{self.work}/bin:{values['PATH']}"
        if self.own:
            values["MAKEFLAGS"] = f" -j --jobserver-auth=fifo:{self.own}"
        return {**values, **more}

    def run(self, words, **more):
        (self.work / "sent").write_text("")
        done = subprocess.run([str(word) for word in words], cwd=self.work, env=self.environment(**more), capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        done.sent = (self.work / "sent").read_text().splitlines()
        return done

    def close(self):
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait()


def bench(function, pools=True):
    def case(programs, work):
        shop = Bench(programs, work, pools)
        try:
            return function(shop)
        finally:
            shop.close()
    return case


GOES = [
    "-c one.c", "-c one.c -o one.o", "-O2 -Wall -g -pipe -fPIC -c -o x.o one.c", "-c -MD -MF x.d -MT x.o one.c", "-MMD -MP -c one.c",
    "-I. -include stdio.h -isystem /usr/include -DX=1 -D Y=2 -c one.c", "-march=x86-64 -c one.c", "-Wa,--noexecstack -c one.c",
]
STAYS = [
    "-E one.c", "-S one.c", "-M one.c", "-MM one.c", "one.c two.c -c", "-march=native -c one.c", "-mtune=native -c one.c",
    "-x c -c one.c", "-fprofile-arcs -c one.c", "--coverage -c one.c", "-fprofile-use -c one.c", "-gsplit-dwarf -c one.c",
    "-save-temps -c one.c", "-fstack-usage -c one.c", "-Wa,-adhln=x.lst -c one.c", "-c conftest.c", "-specs=/dev/null -c one.c",
    "-fdump-tree-all -c one.c", "@words", "-fsyntax-only one.c", "--version", "-print-search-dirs", "-v -c one.c", "-c one.c -o -",
]


def arguments(shop):
    """Which compiles steve-cc sends away; each ends here with the compiler's status."""
    (shop.work / "words").write_text("-c one.c\n")
    for line in GOES + STAYS:
        for command in (["gcc"], [shop.work / "links/gcc"], [shop.programs / "steve-cc", "gcc"]):
            if command == ["gcc"]:
                plain = shop.run([*command, *line.split()])
                continue
            done = shop.run([*command, *line.split()])
            need(bool(done.sent) == (line in GOES), f"{command[0]} gcc {line}: {'sent' if done.sent else 'not sent'}")
            need(done.returncode == plain.returncode, f"{line}: status {done.returncode}, gcc's is {plain.returncode}: {done.stderr}")
    return f"{len(GOES)} sent, {len(STAYS)} not, as a link and as a word before"


def messages(shop):
    """Each warning and error appears once, and the status is the compiler's, whatever distcc printed."""
    shop.distcc('echo "distcc[1] ERROR: no" >&2; exec "$@"')
    shop.distcc('"$@"; status=$?; [ $status = 0 ] || echo "distcc[1] ERROR: compile failed" >&2; exit $status')
    for words in ("-Wall -c warned.c", "-c wrong.c", "-c missing.c"):
        plain, done = shop.run(["gcc", *words.split()]), shop.run([shop.work / "links/gcc", *words.split()])
        need(done.sent, f"{words} was not sent")
        need((done.returncode, done.stderr, done.stdout) == (plain.returncode, plain.stderr, plain.stdout),
             f"{words}: {done.returncode} {done.stderr!r}, and gcc's are {plain.returncode} {plain.stderr!r}")
    return "as gcc's"


def failures(shop):
    """Whatever distcc does, steve-cc makes the object, and the user sees no failure."""
    for script in ("exit 1", "exit 103", "exit 116", "kill -9 $$", "kill -SEGV $$", "echo half > one.o; exit 107", "exec /nonexistent"):
        (shop.work / "one.o").unlink(missing_ok=True)
        shop.distcc(script)
        done = shop.run([shop.work / "links/gcc", "-c", "one.c"])
        need(done.sent and done.returncode == 0 and done.stderr == "", f"{script}: {done.returncode} {done.stderr!r}")
        whole = (shop.work / "one.o").read_bytes()
        shop.run(["gcc", "-c", "one.c"])
        need(whole == (shop.work / "one.o").read_bytes(), f"{script}: another object")
    return "7 ways to fail end with the object"


def nothing_there(shop):
    """Without a fleet, a pool of this machine, or distcc, steve-cc compiles here and says nothing."""
    def here(text, sent=False, **more):
        (shop.work / "one.o").unlink(missing_ok=True)
        done = shop.run([shop.work / "links/gcc", "-c", "one.c"], **more)
        need(done.returncode == 0 and not done.stderr and bool(done.sent) == sent and (shop.work / "one.o").exists(),
             f"{text}: {done.returncode} {done.sent} {done.stderr!r}")
    here("all there", sent=True)
    here("no fleet pool", STEVE_FLEET="/nonexistent")
    here("a fleet that is a file", STEVE_FLEET=str(shop.work / "one.c"))
    here("a fleet that is /dev/null", STEVE_FLEET="/dev/null")
    here("no MAKEFLAGS", MAKEFLAGS="")
    here("make's own pipe", MAKEFLAGS="-j4 --jobserver-auth=3,4")
    here("no such device", MAKEFLAGS="--jobserver-auth=fifo:/nonexistent")
    os.mkfifo(shop.work / "fifo")
    here("a pipe, which would keep what a killed process lent", MAKEFLAGS=f"--jobserver-auth=fifo:{shop.work}/fifo")
    for name in (shop.own, shop.fleet):
        os.symlink(name, f"{name}-link")
    here("a link in the place of the fleet's file", STEVE_FLEET=f"{shop.fleet}-link")
    here("a link in the place of the device", MAKEFLAGS=f"--jobserver-auth=fifo:{shop.own}-link")
    need((shop.work / "one.c").read_text() == SOURCE, "a token was written into a source")
    (shop.work / "bin/distcc").unlink()
    here("no distcc, or one without hosts", DISTCC_HOSTS="")
    unknown = shop.run([shop.programs / "steve-cc", "nocc", "-c", "one.c"])
    need(unknown.returncode == 127 and "nocc" in unknown.stderr, f"no compiler: {unknown.returncode} {unknown.stderr}")
    need(shop.run([shop.programs / "steve-cc"]).returncode == 64, "no words at all is no usage error")
    with open("/dev/full", "w") as full:
        need(subprocess.run([shop.programs / "steve-cc", "--help"], stdout=full).returncode == 1, "--help on a full output succeeds")
    return "compiled here"


def stands_before_distcc(shop):
    """Links to steve-cc stand where distcc's were (Gentoo's /usr/lib/distcc/bin): it finds the compiler behind them.
    What distcc compiles here by itself takes a token of this machine again."""
    shop.distcc('exec "$@"')
    done = shop.run(["gcc", "-c", "one.c"], PATH=f"{shop.work}/links:{shop.environment()['PATH']}")
    need(done.returncode == 0 and done.sent == ["gcc -c one.c"], f"{done.returncode} {done.sent} {done.stderr}")
    (shop.work / "masquerade").mkdir()
    (shop.work / "masquerade/gcc").symlink_to(shop.work / "bin/distcc")
    done = shop.run(["gcc", "-c", "one.c"], PATH=f"{shop.work}/links:{shop.work}/masquerade:{shop.environment()['PATH']}")
    need(done.returncode == 0 and done.sent == ["gcc -c one.c"], f"distcc's links were taken for a compiler: {done.sent} {done.stderr}")
    return "found behind both"


def seen(shop):
    """While a job runs elsewhere, the status says which process lends, and how much of the fleet is in use."""
    shop.distcc(f'touch {shop.work}/away; while [ -e {shop.work}/away ]; do sleep 0.05; done; exec "$@"')
    (shop.work / "sent").write_text("")
    build = subprocess.Popen([shop.work / "links/gcc", "-c", "one.c"], cwd=shop.work, env=shop.environment(), stdin=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not (shop.work / "away").exists() and time.monotonic() < until:
            time.sleep(0.05)
        def said(*words):
            return shop.run([shop.programs / "stevectl", "status", "--device", "own", *words]).stdout
        status = json.loads(said("--json"))
        need([each["pid"] for each in status["lenders"]] == [build.pid], f"lenders: {status.get('lenders')}")
        need([each["lent"] for each in status["builds"]] == [1] and status["lent"] == 1, f"builds: {status['builds']}")
        text = said()
        memory = int(next(line for line in open(f"/proc/{build.pid}/status") if line.startswith("VmHWM")).split()[1])
        need(memory <= 2048, f"steve-cc takes {memory} KiB while its job is elsewhere")
        need("ELSEWHERE" in text and "\nfleet  1 of 2 jobs elsewhere (" in text, text)
    finally:
        (shop.work / "away").unlink(missing_ok=True)
        need(build.wait(30) == 0, "the compile failed")
    after = said()
    need("ELSEWHERE" not in after and "\nfleet  0 of 2 jobs" in after, after)
    return f"who lends, and how much of the fleet is used; steve-cc takes {memory} KiB meanwhile"


def full_disk(shop):
    """The object finds no room, here or when distcc writes it: the user reads gcc's message, once."""
    folder = shop.work / "full"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], capture_output=True).returncode:
        return "(not tried: no right to mount)"
    try:
        with open(folder / "filler", "wb") as file, contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), b"x" * 4096)
        for script in ('exec "$@"', "echo half > full/one.o; exit 107"):
            shop.distcc(script)
            plain, done = (shop.run([command, "-c", "one.c", "-o", "full/one.o"]) for command in ("gcc", shop.work / "links/gcc"))
            need(plain.returncode != 0 and done.sent, f"{plain.returncode} {done.sent}")
            same = [re.sub(r"/tmp/\w+|\d+", "", each.stderr) for each in (plain, done)]
            need(done.returncode == plain.returncode and same[0] == same[1], f"{done.stderr!r}, and gcc's is {plain.stderr!r}")
    finally:
        subprocess.run(["umount", folder], check=True)
    return "as gcc says it"


CASES = {
    "arguments": bench(arguments), "messages": bench(messages), "failures": bench(failures), "nothing there": bench(nothing_there),
    "stands before distcc": bench(stands_before_distcc), "seen": bench(seen), "full disk": bench(full_disk),
}
