"""Portage with FEATURES=jobserver-token: it takes a token for each package that it builds, and the makes below share
the rest. The repository is the suite's own: its packages build nothing, but each runs a make of many jobs."""

import os
import shutil

from suite.client import Project, stored, version

PACKAGES, JOBS = 4, 12


class Client(Project):
    jobs = PACKAGES * JOBS
    keeps = True
    startup = 300
    scale = 4

    def find(self):
        self.python = stored("venv/bin/python")
        stored("venv/bin/emerge")
        return version(self.python, "-c", "import importlib.metadata as m; print(m.version('portage'))")

    @property
    def environment(self):
        return {"PORTAGE_OVERRIDE_EPREFIX": self.path("prefix"), "PORTAGE_USERNAME": "root",
                "PORTAGE_GRPNAME": "root", "HOME": self.path("home"), "PORTAGE_REPOSITORIES": f"""\
[DEFAULT]
main-repo = conformance

[conformance]
location = {self.path("repository")}
""", "JOB": self.shop.job}

    def lay_out(self):
        for folder in ("home", "prefix/etc/portage", "distfiles", "packages", "log"):
            os.makedirs(self.path(folder), exist_ok=True)
        # Portage takes the folder in which it is installed for its own home, too.
        for name in ("bin", "lib", "share"):
            os.symlink(stored("venv", name), self.path("prefix", name))
        repository = "repository/"
        self.write(repository + "profiles/repo_name", "conformance\n")
        self.write(repository + "profiles/eapi", "8\n")
        self.write(repository + "profiles/arch.list", "amd64\n")
        self.write(repository + "profiles/categories", "dev-job\n")
        self.write(repository + "profiles/default/eapi", "8\n")
        self.write(repository + "profiles/default/make.defaults", """\
ARCH="amd64"
ACCEPT_KEYWORDS="amd64"
CHOST="x86_64-pc-linux-gnu"
USERLAND="GNU"
ELIBC="glibc"
KERNEL="linux"
""")
        self.write(repository + "metadata/layout.conf", "masters =\nthin-manifests = true\nprofile-formats = portage-2\n")
        for number in range(PACKAGES):
            self.write(repository + f"dev-job/part{number}/part{number}-1.ebuild", f"""\
EAPI=8
DESCRIPTION="Some jobs"
HOMEPAGE="https://example.invalid"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
S="${{WORKDIR}}"
src_compile() {{
	emake -s -f {self.path("jobs.mk")}
}}
src_install() {{ :; }}
""")
        self.write("jobs.mk", f"jobs = $(shell seq -f job-%.0f {JOBS})\nall: $(jobs)\n$(jobs):\n\t@{self.shop.job}\n")
        self.write("prefix/etc/portage/make.conf", f"""\
FEATURES="jobserver-token -sandbox -usersandbox -userpriv -userfetch -usersync -news -ipc-sandbox -network-sandbox \
-pid-sandbox -mount-sandbox -merge-sync -ebuild-locks -parallel-fetch"
DISTDIR="{self.path("distfiles")}"
PKGDIR="{self.path("packages")}"
PORTAGE_TMPDIR="{self.path("tmp")}"
PORTAGE_LOGDIR="{self.path("log")}"
PORTAGE_INST_UID="0"
PORTAGE_INST_GID="0"
ACCEPT_LICENSE="*"
EMERGE_WARNING_DELAY="0"
CLEAN_DELAY="0"
""")
        profile = self.path("prefix/etc/portage/make.profile")
        if not os.path.lexists(profile):
            os.symlink(self.path(repository + "profiles/default"), profile)

    def before(self):
        shutil.rmtree(self.path("prefix/var"), ignore_errors=True)
        shutil.rmtree(self.path("tmp"), ignore_errors=True)
        os.makedirs(self.path("tmp"), exist_ok=True)

    def command(self):
        packages = [f"dev-job/part{number}" for number in range(PACKAGES)]
        return [self.python, stored("venv/bin/emerge"), "--jobs", "3", "--oneshot", "--nodeps", "--quiet-build=y",
                "--color=n", *packages]
