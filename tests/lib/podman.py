"""Podman's compatible service, a second engine for the tests of the docker server.

    podman = podman.service(self)                      # skips with the reason where it can't run
    podman.load(engine, "postgres:15")                 # an image of the test's Docker engine
    project.variables["DOCKER_HOST"] = podman.url
    project.run("up", command=podman.inside(devkit.program(), "up"))

It lives in a network and with mounts of its own, so that this machine's firewall rules and mounts stay what they are:
what wants to reach its containers runs inside of that network. Storage, settings and all it leaves are in one temporary
folder."""
import os
import resource
import shutil
import subprocess
import time
import unittest

import devkit
import docker

# Without the right to raise limits (CI in a container) its own defaults, and more than the 32768 processes to which it
# limits itself, can't be given to a container.
SETTINGS = """[containers]
default_ulimits = ["nofile={nofile}:{nofile}", "nproc={nproc}:{nproc}"]
[network]
network_config_dir = "{folder}/networks"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""
START_SECONDS = 20


def limit(kind, most):
    hard = resource.getrlimit(kind)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


class Podman(docker.Api):
    def __init__(self):
        self.folder = devkit.scratch_folder()
        super().__init__(self.folder / "podman.sock")
        (self.folder / "networks").mkdir()
        (self.folder / "containers.conf").write_text(SETTINGS.format(
            folder=self.folder, nofile=limit(resource.RLIMIT_NOFILE, 65536), nproc=limit(resource.RLIMIT_NPROC, 8192)))
        self.log = open(self.folder / "log", "wb")
        self.network = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c",
                                         "ip link set lo up && echo ready && exec sleep 3600"],
                                        stdout=subprocess.PIPE, stderr=self.log, cwd=self.folder)
        self.process = None
        if self.network.stdout.readline() == b"ready\n":
            self.start()
        else:
            self.give_up("there can be no network of its own")

    def inside(self, *words, mounts=False):
        """A command line that runs where the containers' ports are (and with their mounts)."""
        place = f"/proc/{self.network.pid}/ns"
        return ["nsenter", f"--net={place}/net", *([f"--mount={place}/mnt"] if mounts else []), "--", *map(str, words)]

    def command(self, *words):
        folder = self.folder
        return self.inside("podman", "--root", folder / "root", "--runroot", folder / "run",
                           "--tmpdir", folder / "tmp", *words, mounts=True)

    def run(self, *words):
        return subprocess.run(self.command(*words), env=self.settings(), cwd=self.folder, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=120)

    def settings(self):
        return dict(os.environ, CONTAINERS_CONF=str(self.folder / "containers.conf"))

    def start(self):
        self.process = subprocess.Popen(self.command("system", "service", "--time", "0", self.url), stdout=self.log,
                                        stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder, env=self.settings())
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.give_up("the service does not start")
            time.sleep(0.05)

    def give_up(self, why):
        said = (self.folder / "log").read_text(errors="replace")[-400:]
        self.close()
        raise unittest.SkipTest(f"podman can't run here: {why}: {said}")

    def load(self, engine, image):
        archive = engine.call("GET", f"/images/{image}/get", raw=True)
        said = self.call("POST", "/images/load", archive, kind="application/x-tar")
        if not self.image(image):
            raise RuntimeError(f"podman has no {image} after loading it: {said}")
        return image

    def close(self):
        if self.process:
            self.run("rm", "--all", "--force", "--time", "1")
            self.process.terminate()
            self.process.wait()
        self.network.kill()
        self.network.wait()
        self.network.stdout.close()
        self.log.close()
        devkit.end_processes(self.folder, 2)
        devkit.remove_tree(self.folder)


def service(case):
    if not shutil.which("podman"):
        raise unittest.SkipTest("podman is not installed (scripts/bootstrap test)")
    if not devkit.is_root():
        raise unittest.SkipTest("a network of podman's own needs root")
    made = Podman()
    case.addCleanup(made.close)
    return made
