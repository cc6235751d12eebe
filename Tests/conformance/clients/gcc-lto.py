"""GCC 14 with -flto: its link asks the jobserver by itself, whatever -flto says, and runs a make for its parts. GCC
14 is in a Debian root of its own, with the machine's /dev and /tmp."""

from suite.client import Project, stored, version

FILES = 48


class Client(Project):
    waits = False
    startup = 60
    environment = {"LC_ALL": "C"}

    def find(self):
        self.root = stored("trixie")
        stored("trixie/usr/bin/gcc")
        # The root is a folder of this machine; `enter` mounts what the client needs over it, for this client alone.
        self.enter = self.path("enter")
        self.write("enter", f"""\
#!/bin/sh
# enter COMMAND...: in the other root, here
mount --rbind /dev {self.root}/dev && mount -t proc proc {self.root}/proc && mount --rbind /tmp {self.root}/tmp || exit 125
exec chroot {self.root} /bin/sh -c 'cd "$0" && exec "$@"' {self.folder} "$@"
""", 0o755)
        return version("unshare", "-m", self.enter, "gcc", "-dumpfullversion")

    def lay_out(self):
        for number in range(FILES):
            self.write(f"part{number}.c", f"__attribute__((noipa)) int part{number}(int x) {{ return x * {number}; }}\n")
        calls = " + ".join(f"part{number}(x)" for number in range(FILES))
        declarations = "".join(f"int part{number}(int);\n" for number in range(FILES))
        self.write("main.c", f"{declarations}int main(int x, char **_) {{ return ({calls}) & 1; }}\n")
        # The driver finds this wrapper before the compiler proper. The parts of the link are jobs; the link's own first
        # step is none.
        self.write("bin/lto1", f"""\
#!/bin/sh
for word; do
  [ "$word" != -fwpa ] || exec /usr/libexec/gcc/x86_64-linux-gnu/14/lto1 "$@"
done
exec {self.shop.work}/job-run /usr/libexec/gcc/x86_64-linux-gnu/14/lto1 "$@"
""", 0o755)
        self.write("link", f"""\
#!/bin/sh
[ -e main.o ] || gcc -O1 -flto -c part*.c main.c || exit 1
exec gcc -B{self.path('bin')}/ -O1 -flto -flto-partition=1to1 -o main part*.o main.o
""", 0o755)

    def command(self):
        return ["unshare", "-m", self.enter, "./link"]
