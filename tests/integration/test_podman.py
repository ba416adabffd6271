"""The docker server on Podman's compatible service, the second engine it must get along with."""
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import Case, end_processes, is_root, remove_tree, scratch_folder  # noqa: E402
from docker import Api, engine  # noqa: E402

CONFIG = '[database]\nserver = "docker"\n[server.docker]\nimage = "{}"\n[reset]\nlayers = []\nspare = false\n'


class PodmanService(Api):
    """podman system service with storage of its own."""

    def __init__(self):
        self.folder = scratch_folder()
        super().__init__(self.folder / "podman.sock")
        self.words = ["podman", "--root", f"{self.folder}/root", "--runroot", f"{self.folder}/run", "--tmpdir",
                      f"{self.folder}/tmp", "--cgroup-manager", "cgroupfs", "--events-backend", "file"]
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([*self.words, "system", "service", "--time", "0", self.url], stdout=self.log,
                                        stderr=self.log, stdin=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 20
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                why = (self.folder / "log").read_text()[-400:]
                self.close()
                raise unittest.SkipTest(f"podman does not start here: {why}")
            time.sleep(0.05)

    def close(self):
        subprocess.run([*self.words, "rm", "--all", "--force", "--time", "1"], capture_output=True)
        self.process.terminate()
        self.process.wait()
        self.log.close()
        subprocess.run([*self.words, "unshare", "true"] if not is_root() else ["umount", f"{self.folder}/root/overlay"],
                       capture_output=True)
        end_processes(self.folder, 2)
        remove_tree(self.folder)


class Podman(Case):
    def test_up_reset_down_destroy(self):
        if not shutil.which("podman"):
            self.skipTest("podman is not installed (scripts/bootstrap test)")
        docker = engine(self)
        image = docker.postgres()
        podman = PodmanService()
        self.addCleanup(podman.close)
        archive = docker.call("GET", f"/images/{image}/get", raw=True)
        podman.call("POST", "/images/load", archive, kind="application/x-tar")
        project = self.project(config=CONFIG.format(image))
        project.variables["DOCKER_HOST"] = podman.url
        podman.allow(project.account)
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
        up = project.json("up")
        self.assertEqual((up["server"], up["state"], up["port"]), ("docker", "ready", project.port))
        self.assertFalse(project.json("up")["changed"])
        project.sql("CREATE TABLE kept (n int)")
        self.assertIn("ready to accept connections", project.ok("logs").stdout)
        project.ok("restart")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")
        project.ok("reset")
        project.ok("down")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        project.ok("destroy", "--confirm", "app")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
