"""The docker server on Podman's compatible service, the second engine it must get along with."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import docker  # noqa: E402
import podman  # noqa: E402
import postgres  # noqa: E402
from devkit import Case, program  # noqa: E402

CONFIG = '[database]\nserver = "docker"\n[server.docker]\nimage = "{}"\n[reset]\nlayers = []\nspare = false\n'


class Podman(Case):
    def setUp(self):
        super().setUp()
        engine = docker.engine(self)  # its image is Podman's, too
        self.podman = podman.service(self)
        image = self.podman.load(engine, engine.postgres())
        self.one = self.project(config=CONFIG.format(image), as_user=False)
        self.one.variables["DOCKER_HOST"] = self.podman.url

    def devkit(self, *words, status=0):
        done = self.one.run(*words, command=self.podman.inside(program(), *words))
        self.assertEqual(done.rc, status, str(done))
        return done

    def result(self, *words, status=0):
        return self.devkit(*words, "--json", status=status).result

    def sql(self, text):
        done = self.one.run(command=self.podman.inside(postgres.client("psql"), "-XAtqd", self.one.url, "-c", text))
        self.assertEqual(done.rc, 0, str(done))
        return done.stdout.strip()

    def test_life_of_a_server(self):
        self.assertEqual(self.result("status", status=4)["state"], "absent")
        up = self.result("up")
        self.assertEqual((up["server"], up["state"], up["port"]), ("docker", "ready", self.one.port))
        self.assertIn("Libpod", up["details"]["engine"])
        self.assertFalse(self.result("up")["changed"])
        self.sql("CREATE TABLE kept (n int)")
        self.assertIn("ready to accept connections", self.devkit("logs").stdout)
        self.devkit("restart")
        self.assertEqual(self.sql("SELECT count(*) FROM kept"), "0")
        self.devkit("reset")
        self.assertEqual(self.sql("SELECT to_regclass('kept') IS NULL"), "t")
        self.devkit("undo")
        self.assertEqual(self.sql("SELECT to_regclass('kept') IS NULL"), "f")
        os.unlink(self.one.path / ".devkit/docker.admin")
        self.result("up")  # the administrator's password comes back from the container
        self.devkit("down")
        self.assertEqual(self.result("status", status=4)["state"], "stopped")
        self.devkit("destroy", "--confirm", "app")
        self.assertEqual(self.result("status", status=4)["state"], "absent")
        self.assertFalse((self.podman.call("GET", "/volumes") or {}).get("Volumes"))
