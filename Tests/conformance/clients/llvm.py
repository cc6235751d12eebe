"""LLVM 22: a program that uses libLLVM's own parallelFor. It takes all tokens once to count them, gives them back,
and from then on tries again and again without polling."""

import os
import subprocess

from suite.client import STORE, Missing, Project, stored


class Client(Project):
    waits = False
    keeps = True
    startup = 30

    def find(self):
        headers, library = stored("llvm/usr/include/llvm-22"), stored("llvm/usr/lib/x86_64-linux-gnu/libLLVM.so.22.1")
        os.makedirs(self.folder, exist_ok=True)
        self.write("main.cpp", f"""\
#include "llvm/Support/Parallel.h"
#include <atomic>
#include <cstdlib>
#include "llvm/Config/llvm-config.h"
#include <cstdio>

int main(int count, char **) {{
    if (count > 1) return puts(LLVM_VERSION_STRING), 0;
    std::atomic<int> wrong = 0;
    llvm::parallel::strategy = llvm::jobserver_concurrency();
    llvm::parallelFor(0, {self.jobs}, [&](size_t) {{ wrong += std::system("{self.shop.job}") != 0; }});
    return wrong != 0;
}}
""")
        folder = os.path.dirname(library)
        built = subprocess.run(["g++", "-std=c++17", "-w", "-I", headers, "-I", os.path.join(STORE, "llvm/usr/include/llvm-c-22"),
                                "-o", self.path("build"), self.path("main.cpp"), library, f"-Wl,-rpath,{folder}"],
                               capture_output=True, text=True)
        if built.returncode:
            raise Missing("a program with libLLVM does not build: " + built.stderr[-300:].replace("\n", " | "))
        said = subprocess.run([self.path("build"), "version"], capture_output=True, text=True)
        if said.returncode:
            raise Missing("a program with libLLVM does not run: " + said.stderr[-300:])
        return said.stdout.strip()

    def command(self):
        return [self.path("build")]
