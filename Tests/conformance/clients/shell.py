"""A bash that takes tokens itself and lets subshells, which inherit its descriptor, give them back."""

from suite.client import Project, program, version


class Client(Project):
    def find(self):
        return version(program("bash"), "--version").split()[3]

    def lay_out(self):
        self.write("build", f"""\
#!/bin/bash
path=${{MAKEFLAGS##*--jobserver-auth=fifo:}}
exec 9<> "${{path%% *}}" || exit 1
status=0
for ((job = 1; job < {self.jobs}; job++)); do
  read -rN 1 -u 9 token || exit 1
  (
    {self.shop.job}
    status=$?
    printf %s "$token" >&9
    exit $status
  ) &
done
# Its own slot does one, too.
{self.shop.job} || status=1
for ((job = 1; job < {self.jobs}; job++)); do
  wait -n || status=1
done
exit $status
""", 0o755)

    def command(self):
        return ["bash", self.path("build")]
