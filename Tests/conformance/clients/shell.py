"""A bash that takes tokens, and whose subshells give them back through its descriptor, which they inherit."""

from suite.client import Project, program, version


class Client(Project):
    def find(self):
        return version(program("bash"), "--version").split()[3]

    def lay_out(self):
        self.write("build", f"""\
#!/bin/bash
path=${{MAKEFLAGS##*--jobserver-auth=fifo:}}
exec 9<> "${{path%% *}}" || exit 1
# The shell's own slot runs a quarter of the jobs, one after the other.
(for ((job = 0; job < {self.jobs // 4}; job++)); do {self.shop.job} || exit; done) &
for ((job = {self.jobs // 4}; job < {self.jobs}; job++)); do
  read -rN 1 -u 9 token || exit 1
  (
    {self.shop.job}
    status=$?
    printf %s "$token" >&9
    exit $status
  ) &
done
status=0
for ((job = {self.jobs // 4}; job <= {self.jobs}; job++)); do
  wait -n || status=1
done
exit $status
""", 0o755)

    def command(self):
        return ["bash", self.path("build")]
