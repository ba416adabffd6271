"""`server = "auto"`: which provider is picked, by .env, compose file, what listens and what is installed, and what
`status` says about it. The scores stand in plugins/server/README.md."""
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit  # noqa: E402
import postgres  # noqa: E402

COMPOSE = """services:
  db:
    image: postgres:16
    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: secret, POSTGRES_DB: app}
    ports: ["PORT:5432"]
"""


class Auto(devkit.Case):
    def prepared(self, file_port=None, programs=("docker",), url=None, **keywords):
        """A project without an engine; `programs` are there by name only."""
        project = self.project(**keywords)
        project.variables["DOCKER_HOST"] = f"unix://{project.root}/nobody.sock"
        for name in programs:
            project.write(f"bin/{name}", "#!/bin/sh\nexit 1\n", 0o755)
        project.variables["PATH"] = f"{project.path}/bin:{postgres.bin_dir(postgres.default_major())}"
        if file_port is not None:
            project.write("compose.yml", COMPOSE.replace("PORT", str(file_port or project.port)))
        if url:
            project.write(".env", f"DATABASE_URL={url}\n")
        return project

    def picks(self, project, server, why):
        answer = project.run("status", "--json")
        self.assertIn(answer.rc, (0, 4), answer)
        self.assertEqual(answer.result["server"], server, answer)
        self.assertIn(why, answer.result["why"])
        people = project.run("status")
        self.assertRegex(people.stdout, rf"server +{server}")
        self.assertIn(why, people.stdout)
        return answer.result

    def test_nothing_but_a_url(self):
        self.picks(self.prepared(), "local", "the URL names this machine")

    def test_nothing_at_all(self):
        self.picks(self.prepared(env={}), "local", "DATABASE_URL is not set")

    def test_a_compose_file(self):
        self.picks(self.prepared(0), "compose", 'service "db" in compose.yml publishes the URL\'s port')
        self.picks(self.prepared(1), "compose", 'compose.yml has the service "db"')
        self.picks(self.prepared(0, env={}), "compose", "DATABASE_URL is not set, and compose.yml has")

    def test_a_compose_file_without_anything_to_run_it(self):
        self.picks(self.prepared(0, programs=()), "local", "the URL names this machine")

    def test_a_compose_file_of_another_kind(self):
        project = self.prepared()
        project.write("compose.yml", "services: {cache: {image: redis}}\n")
        self.picks(project, "local", "the URL names this machine")
        project.write("compose.yml", "services: [\n")
        self.picks(project, "local", "the URL names this machine")

    def test_the_services_name(self):
        project = self.prepared(0, url="postgresql://app:secret@db:5432/app")
        status = self.picks(project, "compose", 'the URL\'s host is service "db"')
        self.assertEqual((status["host"], status["port"]), ("127.0.0.1", project.port))

    def test_a_private_cluster_stays_chosen(self):
        project = self.prepared()
        project.ok("up")
        project.write("compose.yml", COMPOSE.replace("PORT", str(project.port)))
        self.picks(project, "local", "this project has a cluster in .devkit/postgres")
        project.ok("down")
        self.picks(project, "local", "this project has a cluster in .devkit/postgres")

    def test_a_server_that_takes_the_login(self):
        cluster = self.cluster()
        cluster.sql("create role app login createdb password 'secret'; create database app owner app")
        project = self.prepared(url=cluster.url("app", "app", "secret"))
        self.picks(project, "external", "takes the URL's login")
        project.write("compose.yml", COMPOSE.replace("PORT", str(cluster.port)))
        self.picks(project, "external", "takes the URL's login")
        self.assertFalse((project.path / ".devkit/postgres").exists())

    def test_a_stranger_on_the_port(self):
        with socket.socket() as holder:
            project = self.prepared()
            holder.bind(("127.0.0.1", project.port))
            holder.listen()
            self.picks(project, "local", "the URL names this machine")
            project.write("compose.yml", COMPOSE.replace("PORT", str(project.port)))
            self.picks(project, "compose", 'compose.yml has the service "db"')

    def test_another_machine_never_starts_anything(self):
        project = self.prepared(0, url="postgresql://app:secret@192.0.2.1:5432/app?connect_timeout=1")
        before = set(devkit.processes_of(project.root))
        answer = project.run("up", "--timeout", "2", "--json", timeout=60)
        self.assertEqual(answer.rc, 1, answer)
        self.assertEqual(set(devkit.processes_of(project.root)), before)
        self.assertFalse((project.path / ".devkit/postgres").exists())
        self.picks(project, "external", "the URL's host is 192.0.2.1")

    def test_the_configured_one_is_not_asked_twice(self):
        project = self.prepared(0, config='[database]\nserver = "local"\n')
        self.picks(project, "local", "[database] server, .devkit.toml:2")


if __name__ == "__main__":
    unittest.main()
