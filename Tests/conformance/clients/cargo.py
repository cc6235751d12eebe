"""cargo and rustc: a thread reads and blocks; cargo keeps a token as long as it has work left."""

import os
import shutil
import subprocess

from suite.client import Missing, Project, program, version

# A crate with a build script makes three jobs: rustc runs twice, and the script once.
SCRIPTED, PLAIN = 6, 29


class Client(Project):
    keeps = True
    startup = 20

    def find(self):
        program("cargo")
        said = version("cargo", "--version").split()[1]
        minor = int(said.split(".")[1])
        if said.startswith("1.") and minor < 75:
            raise Missing(f"cargo {said} knows no fifo: jobserver, 1.75 does")
        # The real programs: the one in PATH may choose a toolchain, which is work of its own.
        self.tools = os.path.join(subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True,
                                                 check=True).stdout.strip(), "bin")
        return said

    @property
    def environment(self):
        wrapper = os.path.join(self.shop.work, "job-run")
        return {"RUSTC_WRAPPER": wrapper, "RUSTC": os.path.join(self.tools, "rustc"), "CARGO_HOME": self.path("home"),
                "CARGO_NET_OFFLINE": "true", "CARGO_TARGET_DIR": self.path("target"), "CARGO_INCREMENTAL": "0",
                "CARGO_PROFILE_DEV_DEBUG": "0"}

    def lay_out(self):
        names = [f"part{n}" for n in range(SCRIPTED + PLAIN)]
        self.jobs = 3 * SCRIPTED + PLAIN
        self.write("Cargo.toml", f"[workspace]\nresolver = \"2\"\nmembers = {names!r}\n".replace("'", '"'))
        for number, name in enumerate(names):
            self.write(f"{name}/Cargo.toml", f"[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
            self.write(f"{name}/src/lib.rs", f"#![no_std]\npub fn part() -> u32 {{ {number} }}\n")
            if number < SCRIPTED:
                self.write(f"{name}/build.rs", f"""\
fn main() {{
    assert!(std::process::Command::new("{self.shop.job}").status().unwrap().success());
}}
""")

    def before(self):
        shutil.rmtree(self.path("target"), ignore_errors=True)

    def command(self):
        return [os.path.join(self.tools, "cargo"), "build", "--offline", "--manifest-path", self.path("Cargo.toml")]
