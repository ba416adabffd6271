"""The docker server on a real engine: made, found again, explained where it differs, removed."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import postgres  # noqa: E402
from devkit import SANITIZED, Case, Project, free_port, wait_until  # noqa: E402
from docker import Relay, engine  # noqa: E402

CONFIG = '[database]\nserver = "docker"\n[server.docker]\nimage = "{}"\n[reset]\nlayers = []\nspare = false\n'
SPLIT = 2  # parts that tests/run.py runs beside each other
# The judge's number is 50; the default run is shorter: DEVKIT_TEST_STARTS=50 for all of them.
STARTS = int(os.environ.get("DEVKIT_TEST_STARTS") or (2 if SANITIZED else 6))


class Docker(Case):
    def setUp(self):
        super().setUp()
        self.engine = engine(self)
        self.image = self.engine.postgres()

    def docker_project(self, image=None, **keywords):
        """A project on the docker server; its container and volume go with the test."""
        keywords.setdefault("config", CONFIG.format(image or self.image))
        project = self.project(**keywords)
        project.variables["DOCKER_HOST"] = self.engine.url
        self.engine.allow(project.account)
        self.addCleanup(self.forget, project)
        return project

    def forget(self, project):
        mark = str(project.path)
        for container in self.engine.call("GET", "/containers/json?all=1"):
            if container["Labels"].get("devkit.folder") == mark:
                self.engine.remove(container["Id"])
        for volume in self.engine.call("GET", "/volumes")["Volumes"] or []:
            if (volume["Labels"] or {}).get("devkit.folder") == mark:
                self.engine.remove_volume(volume["Name"])

    def container(self, project):
        """What the engine tells of the project's container, or None."""
        for container in self.engine.call("GET", "/containers/json?all=1"):
            if container["Labels"].get("devkit.folder") == str(project.path):
                return self.engine.inspect(container["Id"])
        return None

    def make_volume(self, project, **more):
        """The volume of a project that has none yet, made otherwise than devkit would; its name."""
        real = hashlib.sha256(os.fsencode(os.path.realpath(project.path))).hexdigest()[:16]
        name = f"devkit-{project.path.name}-{real[:8]}"
        self.engine.call("POST", "/volumes/create", {"Name": name, **more, "Labels": {
            "devkit.project": real, "devkit.folder": str(project.path)}})
        return name

    def set_url(self, project):
        project.write(".env", f"DATABASE_URL={project.url}\n")


class Life(Docker):
    def test_up_status_down_destroy(self):
        project = self.docker_project()
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
        up = project.json("up")
        self.assertEqual((up["server"], up["state"], up["port"], up["database"], up["changed"], up["owned"]),
                         ("docker", "ready", project.port, "app", True, True))
        self.assertEqual(project.sql("SELECT current_user || ' ' || current_database()"), "app app")
        self.assertEqual(project.sql("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"), "f|t")
        again = project.json("up")
        self.assertEqual((again["changed"], again["pid"]), (False, up["pid"]))
        project.sql("CREATE TABLE kept (n int)")
        self.assertIn("ready to accept connections", project.ok("logs").stdout)
        self.assertEqual(len(project.json("logs", "--lines", "2")["lines"]), 2)
        self.assertTrue(project.json("down")["changed"])
        self.assertFalse(project.json("down")["changed"])
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        self.assertTrue(project.json("up")["changed"])
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")
        project.json("restart")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")
        name = self.container(project)["Name"].lstrip("/")
        project.fails(3, "destroy")  # its name was not given
        self.assertTrue(project.json("destroy", "--confirm", "app")["destroyed"])
        self.assertIsNone(self.container(project))
        self.assertNotIn(name, [volume["Name"] for volume in self.engine.call("GET", "/volumes")["Volumes"] or []])
        self.assertFalse(list((project.path / ".devkit").glob("docker.*")))

    def test_what_the_engine_is_told(self):
        project = self.docker_project(password="hidden-word")
        project.ok("up")
        told = self.container(project)
        self.assertEqual(told["HostConfig"]["PortBindings"],
                         {"5432/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(project.port)}]})
        self.assertEqual(told["Config"]["Labels"]["devkit.image"], self.image)
        self.assertEqual([mount["Destination"] for mount in told["Mounts"]], ["/var/lib/postgresql/data"])
        secret = (project.path / ".devkit/docker.admin").read_text().strip()
        for word in ("hidden-word", secret):
            self.assertNotIn(word, json.dumps(told))
            self.assertNotIn(word, self.engine.logs(told["Id"]))
        self.assertEqual((project.path / ".devkit/docker.admin").stat().st_mode & 0o777, 0o600)

    def test_reset_and_undo(self):
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE before_reset (n int)")
        project.ok("reset")
        self.assertEqual(project.sql("SELECT to_regclass('before_reset') IS NULL"), "t")
        project.ok("undo")
        self.assertEqual(project.sql("SELECT to_regclass('before_reset') IS NULL"), "f")

    def test_as_an_ordinary_user(self):
        project = self.docker_project(as_user=True)
        if not project.account:
            self.skipTest("needs root")
        project.ok("up")
        project.ok("reset")
        self.assertEqual((project.path / ".devkit/docker.admin").owner(), project.account)
        self.assertEqual(project.sql("SELECT 1"), "1")
        project.ok("destroy", "--confirm", "app")
        self.assertIsNone(self.container(project))

    def test_reset_brings_the_server_up(self):
        project = self.docker_project()
        project.ok("reset")
        self.assertEqual(project.sql("SELECT 1"), "1")

    def test_without_a_url(self):
        project = self.docker_project(env={})
        up = project.json("up")
        url = project.ok("url").stdout.strip()
        self.assertEqual(postgres.sql(url, "SELECT current_database()"), up["database"])
        self.assertEqual(project.ok("url").stdout.strip(), url)

    def test_auto_finds_the_container_again(self):
        project = self.docker_project()
        project.ok("up")
        project.write(".devkit.toml", f'[server.docker]\nimage = "{self.image}"\n')
        answer = project.json("status")
        self.assertEqual(answer["server"], "docker")
        self.assertIn("this project has the container", answer["why"])

    def test_follow_ends_with_an_interruption(self):
        project = self.docker_project()
        project.ok("up")
        child = project.popen("logs", "--follow")
        self.assertIn(b"\n", child.stdout.readline())
        project.sql("DO $$ BEGIN RAISE LOG 'seen while following'; END $$")
        for line in child.stdout:
            if b"seen while following" in line:
                break
        else:
            self.fail("the log ended before it was told to")
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
        self.assertIn(child.returncode, (0, 130))


class Changes(Docker):
    def test_another_password_and_role(self):
        project = self.docker_project()
        project.ok("up")
        before = self.container(project)["Id"]
        project.password = "changed"
        self.set_url(project)
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "unhealthy")
        self.assertTrue(project.json("up")["changed"])
        self.assertEqual(project.sql("SELECT 1"), "1")
        project.role, project.database = "other", "second"
        self.set_url(project)
        project.ok("up")
        self.assertEqual(project.sql("SELECT current_user || current_database()"), "othersecond")
        self.assertEqual(self.container(project)["Id"], before)  # all that with the same container

    def test_another_port_waits_for_restart(self):
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        old, before = project.port, self.container(project)["Id"]
        project.port = free_port()
        self.set_url(project)
        status = project.fails(4, "status", "--json").result
        self.assertEqual(status["state"], "unhealthy")
        self.assertIn(str(old), status["problem"])
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "container-differs")
        self.assertIn(f"127.0.0.1:{old}", error["detail"])
        self.assertIn(f"127.0.0.1:{project.port}", error["detail"])
        self.assertIn("devkit restart", error["hint"])
        self.assertEqual(self.container(project)["Id"], before)  # nothing was touched
        project.ok("restart")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_another_image_of_the_same_version(self):
        other = self.engine.derive(f"{self.image}-labelled", self.image, "LABEL another=image")
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        project.write(".devkit.toml", CONFIG.format(other))
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "container-differs")
        self.assertIn(other, error["detail"])
        project.ok("restart")
        self.assertEqual(self.container(project)["Config"]["Image"], other)
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_another_major_version_is_refused(self):
        newer = self.engine.derive(f"{self.image}-newer", self.image, "ENV PG_MAJOR=99")
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        project.write(".devkit.toml", CONFIG.format(newer))
        error = project.fails(1, "restart", "--json").error
        self.assertEqual(error["code"], "data-version")
        self.assertIsNotNone(self.container(project))  # the old one is still there
        project.write(".devkit.toml", CONFIG.format(self.image))
        project.ok("up")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_the_container_is_gone_but_not_its_volume(self):
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        self.engine.remove(self.container(project)["Id"])
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
        project.ok("up")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_the_state_folder_is_gone(self):
        """The administrator's password comes back from the container; without one, it is set anew from inside."""
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        first = (project.path / ".devkit/docker.admin").read_text()
        shutil.rmtree(project.path / ".devkit")
        project.ok("up")
        self.assertEqual((project.path / ".devkit/docker.admin").read_text(), first)
        self.engine.remove(self.container(project)["Id"])
        shutil.rmtree(project.path / ".devkit")
        result = project.ok("up")
        self.assertIn("another administrator's password", result.stderr)
        self.assertNotEqual((project.path / ".devkit/docker.admin").read_text(), first)
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_a_volume_with_somebody_elses_credentials(self):
        """What the image made of other variables can't be opened: said, and nothing is lost."""
        project = self.docker_project()
        name = self.make_volume(project)
        other = self.engine.run(self.image, env={"POSTGRES_USER": "somebody", "POSTGRES_PASSWORD": "x"},
                                volumes=[f"{name}:/var/lib/postgresql/data"])
        wait_until(lambda: "init process complete" in self.engine.logs(other), 60, "the first initialisation")
        self.engine.call("POST", f"/containers/{other}/stop")
        self.engine.remove(other)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "password-rejected")
        self.assertIn("other credentials", error["message"])
        self.assertIn("devkit destroy", error["hint"])

    def test_a_paused_container_goes_on(self):
        project = self.docker_project()
        pid = project.json("up")["pid"]
        self.engine.call("POST", f"/containers/{self.container(project)['Id']}/pause")
        status = project.fails(4, "status", "--json").result
        self.assertEqual((status["state"], status["problem"]), ("unhealthy", "the container is paused"))
        up = project.json("up")
        self.assertEqual((up["changed"], up["pid"], up["state"]), (True, pid, "ready"))

    def test_a_container_of_somebody_else(self):
        project = self.docker_project()
        project.ok("up")
        name = self.container(project)["Name"].lstrip("/")
        project.ok("destroy", "--confirm", "app")
        foreign = self.engine.run(self.image, name=name, env={"POSTGRES_PASSWORD": "x"})
        self.addCleanup(self.engine.remove, foreign)
        for words in (("up",), ("down",), ("destroy", "--confirm", "app")):
            self.assertIn(project.fails(3, *words, "--json").error["code"], ("container-foreign", "not-owned"))
        self.assertTrue(self.engine.inspect(foreign)["State"]["Running"])


class Moves(Docker):
    """`up --port`, which is an order to make the container anew where that is what it takes."""

    def test_away_from_a_taken_port(self):
        project = self.docker_project()
        before = f"# the app's\nDATABASE_URL={project.url}  # local\nDEBUG=1\n"
        project.write(".env", before)
        with postgres_listener(project.port):
            up = project.json("up", "--port", "auto")
        self.assertEqual((up["moved"]["from"], up["moved"]["changed"]), (project.port, ".env:2"))
        self.assertEqual(project.read(".env"), before.replace(str(project.port), str(up["port"])))
        self.assertEqual(self.published(project), up["port"])
        project.port = up["port"]
        self.assertEqual(project.sql("SELECT 1"), "1")
        self.assertNotIn("moved", project.json("up", "--port", "auto"))

    def published(self, project):
        return int(self.container(project)["HostConfig"]["PortBindings"]["5432/tcp"][0]["HostPort"])

    def test_a_server_that_ran_before(self):
        project = self.docker_project()
        project.ok("up")
        project.sql("CREATE TABLE kept (n int)")
        project.ok("down")
        with postgres_listener(project.port):
            error = project.fails(1, "up", "--json").error
            self.assertEqual(error["code"], "port-taken")
            self.assertIn("devkit up --port auto", error["hint"])
            project.port = project.json("up", "--port", "auto")["port"]
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")
        old, project.port = project.port, free_port()
        self.assertEqual(project.json("up", "--port", project.port)["port"], project.port)  # while it runs
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")
        with postgres_listener(old):
            pass  # nobody else is there any more

    def test_taken_between_probe_and_start(self):
        """Somebody comes after devkit looked and before the engine has the port: twice."""
        project, taken = self.docker_project(), []

        def thief(request):
            if b"/start HTTP" in request and len(taken) < 2:
                taken.append(postgres_listener(int(project.read(".env").rsplit(":", 1)[1].split("/")[0])))
        with Relay(self.engine, thief) as relay:
            project.variables["DOCKER_HOST"] = relay.url
            up = project.ok("up", "--port", "auto", "--json", "-v")
        ports = [listener.getsockname()[1] for listener in taken]
        for listener in taken:
            listener.close()
        self.assertEqual((ports[0], up.result["moved"]["from"]), (project.port, project.port))
        self.assertEqual(len({*ports, up.result["port"]}), 3)
        self.assertIn(f"port {ports[1]} is taken by", up.stderr)
        project.port = up.result["port"]
        self.assertEqual(project.sql("SELECT 1"), "1")

    def test_without_a_url(self):
        """The URL that devkit made up moves, and is remembered; a first port that is taken is chosen anew."""
        project, taken = self.docker_project(env={}), []

        def thief(request):
            if b"/start HTTP" in request and not taken:
                url = (project.path / ".devkit/docker.url").read_text()
                taken.append(postgres_listener(int(url.rsplit(":", 1)[1].split("/")[0])))
        with Relay(self.engine, thief) as relay:
            project.variables["DOCKER_HOST"] = relay.url
            first = project.json("up")["port"]
        self.assertNotEqual(first, taken[0].getsockname()[1])
        taken[0].close()
        project.variables["DOCKER_HOST"] = self.engine.url
        second = free_port()
        self.assertEqual(project.json("up", "--port", second)["port"], second)
        self.assertEqual(project.json("status")["port"], second)
        self.assertIn(f":{second}/", project.read(".devkit/docker.url"))
        self.assertFalse((project.path / ".env").exists())

    def test_side_by_side(self):
        """Projects whose .env files all name the same port."""
        first, others = self.docker_project(), []
        for _ in range(4):
            others.append(self.docker_project())
            others[-1].write(".env", f"DATABASE_URL={first.url}\n")
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            ports = list(pool.map(lambda project: project.json("up", "--port", "auto")["port"], [first, *others]))
        self.assertEqual(len(set(ports)), 5, ports)

    def test_a_port_of_udp_is_another(self):
        """A container that publishes the number for UDP is not who listens there."""
        project = self.docker_project(as_user=True)
        if not project.account:
            self.skipTest("needs root")
        made = self.engine.call("POST", "/containers/create", {
            "Image": self.image, "Env": ["POSTGRES_PASSWORD=x"], "ExposedPorts": {"53/udp": {}},
            "HostConfig": {"PortBindings": {"53/udp": [{"HostIp": "127.0.0.1", "HostPort": str(project.port)}]}}})["Id"]
        self.addCleanup(self.engine.remove, made)
        self.engine.call("POST", f"/containers/{made}/start")
        with postgres_listener(project.port):
            error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn("a process of account root", error["message"])


class Failures(Docker):
    def test_no_image_and_no_way_to_pull_it(self):
        project = self.docker_project(image="localhost:1/no-such-image:16")
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "image-missing")
        self.assertIn("localhost:1", error["detail"])

    def test_the_port_is_taken(self):
        project = self.docker_project()
        with postgres_listener(project.port):
            error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn(str(project.port), error["message"])
        self.assertIn("account root" if project.account else f"pid {os.getpid()}", error["message"])  # this test
        project.port = free_port()
        self.set_url(project)
        project.ok("up")  # the container that never ran is nothing to be kept

    def test_the_container_ends_while_it_starts(self):
        failing = self.engine.derive(f"{self.image}-failing", self.image, 'ENV TEST_FAIL="no space left on device"')
        project = self.docker_project(image=failing)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "disk-full")
        self.assertIn("no space left on device", error["detail"])

    def test_the_volume_is_full(self):
        """Really: initdb finds less room than it needs."""
        project = self.docker_project()
        self.make_volume(project, DriverOpts={"type": "tmpfs", "device": "tmpfs", "o": "size=8m"})
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "disk-full")
        self.assertIn("No space left on device", error["detail"])
        self.assertIn("docker system df", error["hint"])

    def test_one_that_is_started_again_and_again(self):
        failing = self.engine.derive(f"{self.image}-failing", self.image, 'ENV TEST_FAIL="no space left on device"')
        project = self.docker_project(image=failing)
        project.fails(1, "up")
        name = self.container(project)["Id"]
        self.engine.call("POST", f"/containers/{name}/update", {"RestartPolicy": {"Name": "always"}})
        self.engine.call("POST", f"/containers/{name}/start")
        wait_until(lambda: self.container(project)["State"]["Restarting"], 30, "a restart")
        started = time.monotonic()
        self.assertEqual(project.fails(1, "up", "--json").error["code"], "disk-full")
        self.assertLess(time.monotonic() - started, 30)

    def test_the_engine_goes_away(self):
        """… while the container is made, started, waited for: said at once, whatever we were about to do."""
        for place in (b"POST /v1.41/containers/create", b"/start HTTP", b"/logs?"):
            project = self.docker_project()
            with Relay(self.engine, lambda request, place=place: place in request) as relay:
                project.variables["DOCKER_HOST"] = relay.url
                started = time.monotonic()
                error = project.fails(1, "up", "--json").error
            self.assertIn(error["code"], ("docker-invalid", "docker-unreachable"), error)
            self.assertIn("the Docker engine", f"{error['message']} {error['detail']}")
            self.assertTrue(error["hint"])
            self.assertLess(time.monotonic() - started, 20)
            project.variables["DOCKER_HOST"] = self.engine.url
            project.ok("up")  # and what was begun is finished

    def test_no_engine(self):
        project = self.docker_project()
        project.variables["DOCKER_HOST"] = f"unix://{project.root}/nobody.sock"
        for words in (("up",), ("down",), ("logs",)):
            error = project.fails(1, *words, "--json").error
            self.assertEqual(error["code"], "docker-unreachable")
            self.assertIn("start it", error["hint"])
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "unhealthy")

    def test_the_socket_is_closed_to_us(self):
        project = self.docker_project(as_user=True)
        if not project.account:
            self.skipTest("needs root")
        with socket.socket(socket.AF_UNIX) as closed:
            path = project.root / "closed.sock"
            closed.bind(str(path))
            closed.listen(5)
            path.chmod(0o600)
            project.variables["DOCKER_HOST"] = f"unix://{path}"
            error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "docker-permission")
        self.assertIn("usermod", error["hint"])

    def test_interrupted_while_waiting(self):
        slow = self.engine.derive(f"{self.image}-slow", self.image, "ENV TEST_PAUSE=20")
        project = self.docker_project(image=slow)
        child = project.popen("up")
        wait_until(lambda: self.container(project), 60, "the container")
        time.sleep(0.5)
        started = time.monotonic()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130)
        self.assertLess(time.monotonic() - started, 5)

    def test_out_of_time_is_said_with_what_it_does(self):
        slow = self.engine.derive(f"{self.image}-slow", self.image, "ENV TEST_PAUSE=20")
        project = self.docker_project(image=slow)
        error = project.fails(1, "up", "--timeout", "4", "--json").error
        self.assertEqual(error["code"], "not-ready")
        self.assertIn("devkit wait", error["hint"])


def postgres_listener(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(5)
    return listener


class Readiness(Docker):
    def starts(self, image, count):
        """First initialisations, four at a time; after each `up` the server must answer, and keep answering."""
        def start(_):
            project = Project(config=CONFIG.format(image))
            project.variables["DOCKER_HOST"] = self.engine.url
            self.engine.allow(project.account)
            try:
                project.ok("up", "--timeout", "120")
                first = project.sql("SELECT pg_postmaster_start_time()")
                time.sleep(1.5)
                return first == project.sql("SELECT pg_postmaster_start_time()", check=False)
            finally:
                self.forget(project)
                project.close()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(start, range(count)))
        self.assertEqual(answers.count(False), 0, f"{answers.count(False)} of {count} were ready too early")

    def test_never_ready_too_early(self):
        self.starts(self.engine.derive(f"{self.image}-paused", self.image, "ENV TEST_PAUSE=1"), STARTS)

    def test_nor_when_the_temporary_server_answers_over_tcp(self):
        self.starts(self.engine.derive(f"{self.image}-open", self.image, "ENV TEST_PAUSE=1 TEST_TEMPORARY_TCP=1"), STARTS)

    def test_nor_when_something_else_is_the_first_process(self):
        image = self.engine.derive(f"{self.image}-wrapped", f"{self.image}", "ENV TEST_PAUSE=1 TEST_TEMPORARY_TCP=1",
                                   'ENTRYPOINT ["/bin/bash", "-c", "/usr/bin/docker-entrypoint.sh postgres & '
                                   'trap \\"kill -INT $!\\" INT TERM; wait; wait"]')
        self.starts(image, 2)


class Versions(Docker):
    def test_mount_of_18(self):
        postgres.bin_dir(18)  # or skip
        project = self.docker_project(image=self.engine.postgres(18))
        up = project.json("up")
        self.assertTrue(up["version"].startswith("18."))
        told = self.container(project)
        self.assertEqual([mount["Destination"] for mount in told["Mounts"]], ["/var/lib/postgresql"])
        project.sql("CREATE TABLE kept (n int)")
        self.engine.remove(told["Id"])
        project.ok("up")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")


class Context(Docker):
    def test_the_current_context_is_used(self):
        project = self.docker_project()
        del project.variables["DOCKER_HOST"]
        folder = project.root / "home/.docker"
        meta = folder / "contexts/meta" / hashlib.sha256(b"mine").hexdigest() / "meta.json"
        meta.parent.mkdir(parents=True)
        meta.write_text(json.dumps({"Name": "mine", "Endpoints": {"docker": {"Host": self.engine.url}}}))
        (folder / "config.json").write_text(json.dumps({"currentContext": "mine"}))
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
        project.variables["DOCKER_CONTEXT"] = "yours"
        self.assertIn("no Docker context", project.fails(4, "status", "--json").result["problem"])
