"""The provider compose on a real Docker engine, with docker-compose 1.29 as the program, and a stand-in for version 2
before it."""
import pathlib
import re
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import compose  # noqa: E402
import devkit  # noqa: E402
import postgres  # noqa: E402
from compose import ComposeCase  # noqa: E402

SPLIT = 2
RECIPE = '[migrate]\ntool = "sql"\n'
ITEM = "create table item (id integer primary key, name text not null);\n"
SEED = "id,name\n1,one\n2,two\n"


class Life(ComposeCase):
    def test_up_status_down(self):
        project = self.composed()
        absent = project.fails(4, "status", "--json").result
        self.assertEqual((absent["server"], absent["state"]), ("compose", "absent"))
        self.assertIn("publishes the URL's port", absent["why"])
        up = project.json("up")
        self.assertEqual((up["server"], up["state"], up["port"], up["changed"]), ("compose", "ready", project.port, True))
        self.assertEqual(postgres.sql(project.url, "select current_user"), "app")
        self.assertFalse(project.json("up")["changed"])
        status = project.json("status")
        self.assertEqual((status["state"], status["host"], status["database"]), ("ready", "127.0.0.1", "app"))
        self.assertRegex(status["version"], r"^\d+\.\d+")
        container = self.container(project)
        project.ok("down")
        self.assertEqual(self.container(project)["State"], "exited")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        self.assertIn("already down", project.ok("down").stdout)
        project.ok("up")
        self.assertEqual(self.container(project)["Id"], container["Id"], "never made anew")
        project.ok("restart")
        self.assertEqual(self.container(project)["Id"], container["Id"])
        self.assertEqual(postgres.sql(project.url, "select 1"), "1")

    def test_only_the_services_container_is_started(self):
        project = self.composed(compose.YAML + "  other: {{image: {image}, environment: {{POSTGRES_PASSWORD: x}}}}\n",
                                config='[server.compose]\nservice = "db"\n')
        project.ok("up")
        self.assertIsNone(self.container(project, "other"))

    def test_started_by_the_developer(self):
        project = self.composed()
        compose.compose(project, "up", "-d")
        up = project.json("up")
        self.assertEqual((up["server"], up["changed"]), ("compose", False))

    def test_restart_during_the_first_start(self):
        """The image's first start runs a server for itself first; a pause in it must not make devkit believe it."""
        if devkit.SANITIZED:
            self.skipTest("too slow under sanitizers")
        project = self.composed(values={"image": self.slow()})
        for _ in range(3):
            project.ok("up", "--timeout", "120")
            self.assertEqual(postgres.sql(project.url, "select 1"), "1")
            compose.compose(project, "rm", "-sfv")

    def slow(self):
        import docker
        engine = docker.engine(self)
        return engine.derive("postgres:compose-slow", engine.postgres(), "ENV TEST_PAUSE=1")

    def test_destroy_refuses(self):
        project = self.composed()
        project.ok("up")
        error = project.fails(3, "destroy", "--confirm", "app", "--json").error
        self.assertEqual(error["code"], "not-owned")
        command = re.search("`(docker[- ]compose rm .* db)`", error["hint"])[1]
        self.assertEqual(self.container(project)["State"], "running")
        done = project.run(command=command.split(), input="y\n")  # what the hint says is there, and does it
        self.assertIsNone(self.container(project), done)

    def test_logs(self):
        project = self.composed(compose.YAML + "  other:\n    image: {image}\n    entrypoint: [sh, -c, 'echo said by other']\n")
        project.ok("up")
        self.assertIn("database system is ready", project.ok("logs", "-n", "-1").stdout)
        self.assertEqual(len(project.ok("logs", "-n", "2").stdout.splitlines()), 2)
        error = project.fails(1, "logs", "other", "--json").error
        self.assertEqual(error["code"], "no-log")
        compose.compose(project, "up", "-d", "other")
        devkit.wait_until(lambda: "said by other" in project.run("logs", "other").stdout, 20, "the other service's log")
        error = project.fails(2, "logs", "othre", "--json").error
        self.assertIn("did you mean other?", error["hint"])

    def test_without_a_url(self):
        project = self.composed(env={})
        self.assertEqual(project.json("up")["port"], project.port)
        self.assertEqual(project.ok("url").stdout.strip(), project.url)
        self.assertEqual(project.ok("psql", "-XAtc", "select current_user").stdout.strip(), "app")


class Names(ComposeCase):
    """A URL with the service's name as host, as the containers need it."""

    def named(self, **keywords):
        project = self.composed(env={}, config=RECIPE + keywords.pop("config", ""), **keywords)
        project.written = f"DATABASE_URL=postgresql://app:secret@db:5432/app # for containers\n"
        project.write(".env", project.written)
        project.write("migrations/001_item.sql", ITEM)
        project.write("seeds/item.csv", SEED)
        return project

    def test_reset_reaches_it_through_the_published_port(self):
        project = self.named()
        self.assertEqual(project.json("reset")["source"], "built")
        project.ok("gc", "--wait")
        self.assertEqual(project.json("reset")["source"], "spare")
        self.assertEqual(postgres.sql(project.url, "select count(*) from item"), "2")
        self.assertEqual(project.read(".env"), project.written)
        status = project.json("status")
        self.assertEqual((status["host"], status["port"], status["state"]), ("127.0.0.1", project.port, "ready"))
        self.assertIn('the URL\'s host is service "db"', status["why"])
        self.assertEqual(project.ok("url").stdout.strip(), project.url)
        self.assertEqual(project.ok("psql", "-XAtc", "select count(*) from item").stdout.strip(), "2")
        self.assertEqual(project.ok("run", "--", "sh", "-c", "echo $DATABASE_URL $PGHOST").stdout.strip(),
                         f"{project.url} 127.0.0.1")
        project.ok("undo")
        project.ok("migrate", "status")

    def test_a_port_that_the_engine_picks(self):
        project = self.named(yaml=compose.YAML.replace("127.0.0.1:{port}:5432", "5432"))
        project.ok("up")
        port = project.json("status")["port"]
        self.assertEqual(port, self.container(project)["Ports"][0]["PublicPort"])
        project.ok("reset")
        project.ok("gc", "--wait")
        project.ok("down")
        self.assertEqual(project.json("reset")["source"], "spare")

    def test_not_published(self):
        project = self.named(yaml=re.sub(r"    ports.*\n", "", compose.YAML))
        error = project.fails(1, "up", "--json", "--timeout", "20").error
        self.assertEqual(error["code"], "not-published")
        self.assertIn('ports: ["127.0.0.1:5432:5432"]', error["hint"])

    def test_layers_in_a_container_get_the_name(self):
        project = self.named()
        project.write("bin/docker", '#!/bin/sh\n[ "$1 $2" = "compose exec" ] || exit 1\necho "$DATABASE_URL" >>inside\n'
                                    f'psql -qX "$(echo "$DATABASE_URL" | sed "s/@db:5432/@127.0.0.1:{project.port}/")" '
                                    '-c "create table made ()"\n', 0o755)
        project.write(".devkit.toml", '[reset]\nlayers = ["migrate"]\n[migrate]\n'
                                      'command = "docker compose exec app migrate"\ninputs = ["migrations/*"]\n')
        project.ok("up")
        project.variables["PATH"] = f"{project.path}/bin:{postgres.bin_dir(postgres.default_major())}:/usr/bin:/bin"
        project.ok("reset")
        self.assertRegex(project.read("inside"), r"^postgresql://app:secret@db:5432/devkit_building\w+\n$")


class Ports(ComposeCase):
    """The ways to publish a port."""

    def published(self, ports):
        yaml = compose.YAML.replace('["127.0.0.1:{port}:5432"]', ports)
        return self.composed(yaml, values={"other": devkit.free_port()})

    def test_a_default(self):
        project = self.published('["${{DB_PORT:-{port}}}:5432"]')
        self.assertIn("publishes the URL's port", project.fails(4, "status", "--json").result["why"])
        self.assertEqual(project.json("up")["port"], project.port)
        project.ok("psql", "-c", "select 1")

    def test_a_variable_of_the_env_file(self):
        project = self.published('["127.0.0.1:${{HERE:?}}:5432"]')
        project.write(".env", f"BASE={project.port}\nHERE=${{BASE}}\nDATABASE_URL={project.url}\n")
        self.assertEqual(project.json("up")["port"], project.port)

    def test_two_ports(self):
        """The URL's is one of them."""
        project = self.published('["127.0.0.1:{other}:5432", "127.0.0.1:{port}:5432"]')
        self.assertEqual(project.json("up")["port"], project.port)
        status = project.json("status")
        self.assertEqual((status["state"], status["port"]), ("ready", project.port))

    def test_a_range(self):
        """The engine picks one of the host's ports."""
        first = devkit.free_port()
        project = self.composed(compose.YAML.replace("{port}:5432", f"{first}-{first + 3}:5432"), env={})
        project.write(".env", "DATABASE_URL=postgresql://app:secret@db:5432/app\n")
        project.ok("up")
        port = project.json("status")["port"]
        self.assertIn(port, range(first, first + 4))
        self.assertEqual(port, self.container(project)["Ports"][0]["PublicPort"])
        project.ok("psql", "-c", "select 1")

    def test_an_address_of_the_host(self):
        project = self.published('["127.0.0.9:{port}:5432"]')
        project.write(".env", f"DATABASE_URL={project.url.replace('127.0.0.1', '127.0.0.9')}\n")
        up = project.json("up")
        self.assertEqual((up["host"], up["port"]), ("127.0.0.9", project.port))
        project.write(".env", "DATABASE_URL=postgresql://app:secret@db:5432/app\n")
        self.assertIn("@127.0.0.9:", project.ok("url").stdout)


class Version2(ComposeCase):
    """`docker compose`, where it is there: the program, and how it reads files that devkit does not."""

    def test_it_comes_first(self):
        project = self.composed()
        called = compose.install_version_2(project)
        project.ok("up")
        self.assertEqual(called(), ["compose version", f"compose -f {project.path}/docker-compose.yml up -d --no-recreate db"])
        project.ok("reset")
        self.assertEqual(len(called()), 2, "the file is read without it")

    def deep(self):
        """Services that extend one another deeper than devkit follows."""
        text = compose.YAML.replace("  db:", "  s0:")
        for number in range(1, 12):
            text += f"  {'db' if number == 11 else f's{number}'}: {{{{extends: s{number - 1}}}}}\n"
        return self.composed(text, config='[server.compose]\nservice = "db"\n')

    def test_a_file_that_only_compose_understands(self):
        project = self.deep()
        called = compose.install_version_2(project)
        self.assertEqual(project.json("up")["port"], project.port)
        self.assertIn(f"compose -f {project.path}/docker-compose.yml config --format json", called())
        self.assertEqual(postgres.sql(project.url, "select current_user"), "app")

    def test_version_1_is_asked_for_yaml(self):
        project = self.deep()
        self.assertEqual(project.json("up")["port"], project.port)

    def test_a_file_that_nobody_understands(self):
        project = self.composed("services:\n  db: [\n")
        called = compose.install_version_2(project)
        project.variables["DEVKIT_DATABASE_SERVER"] = "compose"
        error = project.fails(2, "status", "--json").error
        self.assertEqual(error["code"], "compose-invalid")
        self.assertIn("docker-compose.yml:3:1: ", error["message"])
        self.assertIn("compose version", called())


class Trouble(ComposeCase):
    def test_a_frozen_server(self):
        project = self.composed()
        project.ok("up")
        pid = project.engine.call("GET", f"/containers/{self.container(project)['Id']}/json")["State"]["Pid"]
        with postgres.frozen(pid):
            status = project.fails(4, "status", "--json")
            waited = project.fails(1, "wait", "--timeout", "1", "--json")
        for answer in (status, waited):
            self.assertLess(answer.seconds, 8 * devkit.SLOWNESS)
        self.assertEqual(status.result["state"], "unhealthy")
        self.assertIn("accepts connections, but did not answer", status.result["problem"])
        self.assertIn("accepts connections, but did not answer", waited.error["detail"])
        self.assertEqual(project.json("status")["state"], "ready")

    def test_a_paused_container(self):
        project = self.composed()
        project.ok("up")
        container = self.container(project)["Id"]
        project.engine.call("POST", f"/containers/{container}/pause")
        try:
            self.assertIn("paused", project.fails(4, "status", "--json").result["problem"])
            error = project.fails(1, "up", "--json").error
        finally:
            project.engine.call("POST", f"/containers/{container}/unpause")
        self.assertEqual(error["code"], "container-paused")
        self.assertIn("docker unpause", error["hint"])
        project.ok("up")

    def test_a_port_that_was_published_later(self):
        project = self.composed()
        project.ok("up")
        published = project.read("docker-compose.yml")
        project.write("docker-compose.yml", re.sub(r"    ports.*\n", "", published))
        compose.compose(project, "up", "-d", "db")
        project.write("docker-compose.yml", published)
        project.write(".env", "DATABASE_URL=postgresql://app:secret@db:5432/app\n")
        error = project.fails(1, "up", "--json", "--timeout", "20").error
        self.assertEqual(error["code"], "not-published")
        self.assertIn("its container does not", error["message"])
        command = re.search("`(.*)`", error["hint"])[1]
        self.assertEqual(project.run(command=command.split()).rc, 0)
        project.ok("up")

    def test_a_configured_service_that_is_not_there(self):
        """No other server is made in silence."""
        project = self.composed(config='[server.compose]\nservice = "bd"\n')
        error = project.fails(2, "up", "--json").error
        self.assertEqual(error["code"], "compose-service")
        self.assertIn("did you mean db?", error["hint"])
        self.assertFalse((project.path / ".devkit/postgres").exists())

    def test_another_port(self):
        project = self.composed(values={"port": (other := devkit.free_port())})
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-mismatch")
        self.assertIn(f'service "db" is published at 127.0.0.1:{other}', error["message"])
        self.assertIn(".env:1", error["message"])
        self.assertIn("devkit doctor --fix", error["hint"])
        status = project.fails(4, "status", "--json").result
        self.assertEqual(status["state"], "unhealthy")
        self.assertIn(str(other), status["problem"])

    def test_the_file_has_changed(self):
        project = self.composed()
        project.ok("up")
        old, new = project.port, devkit.free_port()
        project.write("docker-compose.yml", project.read("docker-compose.yml").replace(str(old), str(new)))
        project.write(".env", project.read(".env").replace(str(old), str(new)))
        container = self.container(project)["Id"]
        error = project.fails(1, "up", "--json").error
        self.assertIn("was made with port", error["message"])
        self.assertEqual(self.container(project)["Id"], container)
        command = re.search("`(docker[- ]compose up -d db)`", error["hint"])[1]
        self.assertEqual(project.run(command=command.split()).rc, 0)
        project.ok("up")

    def test_a_port_that_is_taken(self):
        project = self.composed()
        import socket
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", project.port))
            holder.listen()
            project.variables["DEVKIT_DATABASE_SERVER"] = "compose"
            error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn("devkit ports", error["hint"])
        project.ok("up")

    def test_other_credentials(self):
        project = self.composed(values={"password": "another"})
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "password-rejected")
        self.assertIn("POSTGRES_PASSWORD in docker-compose.yml", error["detail"])
        self.assertNotIn("another", str(error))

    def test_a_volume_of_other_credentials(self):
        project = self.composed(compose.YAML + "    volumes: [data:/var/lib/postgresql/data]\nvolumes: {{data: }}\n")
        project.ok("up")
        compose.compose(project, "rm", "-sf")
        for name in ("docker-compose.yml", ".env"):
            project.write(name, project.read(name).replace("secret", "changed"))
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "password-rejected")
        self.assertIn("only when its volume is empty", error["detail"])
        self.assertIn("\\password app", error["hint"])
        status = project.fails(4, "status", "--json").result
        self.assertEqual(status["state"], "unhealthy")

    def test_an_image_that_is_not_there(self):
        project = self.composed(values={"image": "127.0.0.1:1/nobody/postgres:16"})
        error = project.fails(1, "up", "--json").error
        self.assertIn(error["code"], ("image-missing", "compose-failed"))
        self.assertIn("127.0.0.1:1", error["detail"])

    def test_a_container_that_ends(self):
        project = self.composed(compose.YAML + "    entrypoint: [sh, -c, 'echo no; exit 3']\n")
        started = time.monotonic()
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "container-ended")
        self.assertLess(time.monotonic() - started, 30 * devkit.SLOWNESS)
        status = project.fails(4, "status", "--json").result
        self.assertIn("exit status 3", status["problem"])
        self.assertEqual(project.ok("logs").stdout, "no\n")

    def test_without_an_engine(self):
        project = self.composed()
        project.variables["DOCKER_HOST"] = f"unix://{project.root}/nobody.sock"
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "docker-unreachable")
        self.assertTrue(error["hint"])

    def test_a_role_of_its_own(self):
        """POSTGRES_USER is the superuser; the application's role may be nobody special."""
        project = self.composed(compose.YAML.replace("POSTGRES_USER: {role}", "POSTGRES_USER: boss"), config=RECIPE)
        project.write("migrations/001_item.sql", ITEM)
        error = project.fails(1, "up", "--json").error
        self.assertIn('makes the role "boss"', error["detail"])
        boss = project.url.replace("app:secret", "boss:secret")
        postgres.sql(boss, "create role app login password 'secret'; alter database app owner to app")
        project.ok("up")
        self.assertEqual(project.json("reset")["source"], "built")
        self.assertEqual(postgres.sql(project.url, "select tableowner from pg_tables where tablename = 'item'"), "app")


if __name__ == "__main__":
    unittest.main()
