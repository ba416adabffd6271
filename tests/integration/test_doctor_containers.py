"""doctor and ports where the database is in a container: devkit's own, one of the project's compose file, or somebody
else's at the URL's port."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import compose  # noqa: E402
import devkit  # noqa: E402
import docker  # noqa: E402
import test_docker  # noqa: E402
from doctor import DoctorCase  # noqa: E402


class Compose(compose.ComposeCase, DoctorCase):
    def running(self):
        project = self.composed()
        (project.path / ".env").chmod(0o600)
        project.ok("up")
        return project

    def move_url(self, project, port):
        project.write(".env", project.read(".env").replace(f":{project.port}/", f":{port}/"), mode=0o600)

    def test_port_of_the_mapping(self):
        """.env says one port, the compose file publishes another: the listener is right."""
        project = self.running()
        self.quiet(project, "port-mismatch", "server-version", "password-rejected", "port-taken", "tls")
        good, wrong = project.read(".env"), devkit.free_port()
        self.move_url(project, wrong)
        self.finds(project, "port-mismatch", f"says port {wrong}, the server is at port {project.port}", ".env:1")
        self.assertEqual(len(self.mends(project, "port-mismatch")), 2)
        self.assertEqual(project.read(".env"), good)

    def test_a_container_older_than_its_file(self):
        """File and URL agree: nothing of them is to be changed."""
        project = self.running()
        port, file = devkit.free_port(), project.read("docker-compose.yml")
        project.write("docker-compose.yml", file.replace(f":{project.port}:", f":{port}:"))
        self.move_url(project, port)
        self.assertFalse(self.finds(project, "port-mismatch", "up -d")["fixable"])
        compose.compose(project, "up", "-d")
        devkit.wait_until(lambda: project.run("status").rc == 0, 60, "the new container")
        self.quiet(project, "port-mismatch")

    def test_the_service_s_name_as_host(self):
        project = self.running()
        project.write(".env", project.read(".env").replace(f"localhost:{project.port}", "db:5432")
                      .replace(f"127.0.0.1:{project.port}", "db:5432"), mode=0o600)
        self.assertIn("@db:5432/", project.read(".env"))
        self.quiet(project, "port-mismatch", "password-rejected", "tls")

    def test_a_volume_older_than_the_password(self):
        project = self.running()
        good = project.read(".env")
        project.write(".env", good.replace(f":{project.password}@", ":quite-new@"), mode=0o600)
        self.finds(project, "password-rejected", "a data volume keeps the password it was made with")
        project.write(".env", good, mode=0o600)
        self.quiet(project, "password-rejected")

    def test_another_version_than_the_file_says(self):
        project = self.running()
        file = project.read("docker-compose.yml")
        major = int(project.sql("show server_version_num")) // 10000
        project.write("docker-compose.yml", file.replace(f"postgres:{major}", f"postgres:{major + 1}"))
        self.finds(project, "server-version", f"the server is version {major}", f"says postgres:{major + 1}")
        project.write("docker-compose.yml", file)
        self.quiet(project, "server-version")

    def test_not_running(self):
        project = self.running()
        project.ok("down")
        self.finds(project, "not-listening", "devkit up")
        self.assertEqual(self.mends(project, "not-listening"), [])


class Docker(test_docker.Docker, DoctorCase):
    def running(self):
        project = self.docker_project()
        (project.path / ".env").chmod(0o600)
        project.ok("up")
        return project

    def test_stopped(self):
        project = self.running()
        self.quiet(project, "not-listening", "port-mismatch", "server-version", "password-rejected", "port-taken")
        project.ok("down")
        self.finds(project, "not-listening", "devkit up")
        self.assertEqual(self.mends(project, "not-listening"), [])

    def test_a_volume_older_than_the_password(self):
        project = self.running()
        project.password = "quite-new"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "password-rejected", "was made earlier, with another password", "devkit up")
        self.assertEqual(self.mends(project, "password-rejected"), [])
        self.assertEqual(project.sql("select 1"), "1")

    def test_role_and_database(self):
        project = self.running()
        project.role = "other"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "role-missing", "the server has no role other", "devkit up")
        self.assertEqual(self.mends(project, "role-missing"), [])
        project.database = "apps"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "database-missing", "the server has no database apps", "devkit up")
        self.assertEqual(self.mends(project, "database-missing"), [])

    def test_a_port_of_our_own_container(self):
        """The URL is right: the container is made anew, and its data stays."""
        project = self.running()
        project.sql("create table kept (n int)")
        old, project.port = project.port, devkit.free_port()
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "port-mismatch", f"says port {project.port}, the server is at port {old}", "devkit restart")
        self.assertEqual(self.mends(project, "port-mismatch"), [])
        self.assertEqual(project.sql("select count(*) from kept"), "0")


class Strangers(DoctorCase):
    """A container of another project is where ours should be."""

    def stranger(self, port, **labels):
        engine = docker.engine(self)
        name = f"stranger-{port}"
        made = engine.run(engine.postgres(), name=name, env={"POSTGRES_PASSWORD": "x"}, ports={5432: port}, labels=labels)
        self.addCleanup(engine.remove, made)
        return engine, name

    def test_who_is_at_the_port(self):
        project = self.project()
        (project.path / ".env").chmod(0o600)
        engine, name = self.stranger(project.port, **{"com.docker.compose.project": "shop", "com.docker.compose.service": "db"})
        engine.allow(project.account)
        project.variables["DOCKER_HOST"] = engine.url
        row = project.fails(4, "ports", "--json").result["ports"][0]
        self.assertEqual((row["container"], row["service"], row["pid"], row["program"], row["agrees"]),
                         (name, "db", None, None, False))
        self.assertIn(f"the container {name} (service db)", row["problem"])
        self.finds(project, "port-taken", f"the container {name} (service db)")
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn(f"docker stop {name}", error["hint"])
        self.assertEqual(project.fails(3, "ports", "--kill", project.port, "--json").error["code"], "confirmation-needed")
        self.assertEqual(project.json("ports", "--kill", project.port, "--yes")["container"], name)
        self.assertFalse(engine.inspect(name)["State"]["Running"])
        self.assertEqual(project.json("ports")["ports"][0]["state"], "free")
        project.ok("up")
        self.quiet(project, "port-taken")

    def test_without_the_engine_the_proxy_is_named(self):
        project = self.project()
        _, name = self.stranger(project.port)
        project.variables["DOCKER_HOST"] = f"unix://{project.root}/no-engine"
        row = project.fails(4, "ports", "--json").result["ports"][0]
        self.assertEqual((row["container"], row["agrees"]), (None, False))
        self.assertEqual(row["program"], None if project.account else "docker-proxy")
        self.assertNotIn(name, row["problem"])


if __name__ == "__main__":
    unittest.main()
