"""doctor: each fault provoked for real gives one failure, its own; mended, there is none."""
import contextlib
import difflib
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from doctor import DoctorCase

ALL = ["programs", "client-version", "env-missing", "env-keys", "env-exposed", "url-invalid", "not-listening",
       "port-mismatch", "port-taken", "password-rejected", "hba-rejected", "role-missing", "database-missing",
       "server-version", "data-version", "collation", "pool-size", "sessions", "extensions", "pooled-endpoint", "tls",
       "disk", "leftovers", "doctor-socket-path"]


class Command(DoctorCase):
    def test_a_healthy_project(self):
        project = self.started()
        project.write(".env.example", "DATABASE_URL=\n")
        found = self.checks(project)
        self.assertEqual(sorted(found), sorted(ALL))
        self.assertEqual({name: check["message"] for name, check in found.items() if check["status"] != "ok"}, {})
        result = project.ok("doctor")
        self.assertEqual(result.stdout, f"{len(ALL)} ok, 0 warnings, 0 failed, 0 skipped\n")
        self.assertIn("ok       not-listening: a server answers", project.ok("doctor", "-v").stdout)

    def test_a_frozen_server(self):
        """One that says nothing is not a stranger at the project's port."""
        cluster, project = self.external()
        with postgres.frozen(cluster.process.pid):
            self.finds(project, "not-listening", "accepts connections, but did not answer")
        project = self.started()
        with postgres.frozen(project.json("status")["pid"]):
            self.finds(project, "not-listening", "accepts connections, but did not answer")

    def test_some_checks_only(self):
        project = self.started()
        self.assertEqual(list(self.checks(project, "role-missing", "env-missing")), ["env-missing", "role-missing"])
        error = project.fails(2, "doctor", "env-mising", "--json").error
        self.assertEqual(error["code"], "no-such-check")
        self.assertIn("did you mean env-missing?", error["hint"])
        self.assertIn("did you mean password-rejected?", project.fails(2, "doctor", "pasword", "--json").error["hint"])

    def test_for_people(self):
        project = self.project(env={})
        project.write(".env.example", "DATABASE_URL=" + project.url)
        said = project.fails(4, "doctor").stdout
        self.assertIn("fail     env-missing: .env is missing, and .env.example is there to be copied\n", said)
        self.assertIn("   → cp .env.example .env\n", said)
        self.assertIn("`devkit doctor --fix env-missing`", said)

    def test_fix_asks(self):
        project = self.project(env={})
        project.write(".env.example", "DATABASE_URL=" + project.url)
        error = project.fails(3, "doctor", "--fix", "env-missing", "--json").error
        self.assertEqual(error["code"], "confirmation-needed")
        for answer, there in ((b"n\n", False), (b"y\n", True)):
            master, slave = pty.openpty()
            child = project.popen("doctor", "--fix", "env-missing", stdin=slave, stderr=slave,
                                  env={"TERM": "xterm", "CI": None})
            os.write(master, answer)
            child.communicate(timeout=60)
            os.close(slave)
            said = b""
            with contextlib.suppress(OSError):  # the terminal's end
                while part := os.read(master, 65536):
                    said += part
            os.close(master)
            self.assertIn(b"do it? [y/N]", said)
            self.assertEqual((project.path / ".env").exists(), there)

    def test_secrets_stay_secret(self):
        project = self.started(password="hunter2-hunter2")
        project.sql("select 1")
        project.write(".env", project.read(".env").replace("hunter2-hunter2", "another-password"))
        for words in (["-v"], ["--json"]):
            result = project.run("doctor", *words)
            self.assertNotIn("another-password", result.stdout + result.stderr)

    def test_a_host_that_does_not_answer(self):
        """A check that waits too long is ended, and the rest is reported."""
        listener = socket.create_server(("127.0.0.1", 0))  # takes connections and says nothing
        self.addCleanup(listener.close)
        project = self.project(env={"DATABASE_URL": f"postgresql://a:b@127.0.0.1:{listener.getsockname()[1]}/x"},
                               config='[database]\nserver = "external"\n')
        started = time.monotonic()
        found = self.checks(project)
        self.assertLess(time.monotonic() - started, 30 * devkit.SLOWNESS)
        self.assertEqual(found["env-missing"]["status"], "ok")
        self.assertNotEqual(found["password-rejected"]["status"], "ok")

    def test_interruption(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        project = self.project(env={"DATABASE_URL": f"postgresql://a:b@127.0.0.1:{listener.getsockname()[1]}/x"},
                               config='[database]\nserver = "external"\n')
        child = project.popen("doctor")
        listener.accept()
        os.kill(child.pid, signal.SIGINT)
        child.communicate(timeout=20 * devkit.SLOWNESS)
        self.assertEqual(child.returncode, 130)
        self.assertEqual([pid for pid in devkit.processes_of(project.root) if devkit.is_running(pid)], [])


class Environment(DoctorCase):
    def test_env_missing(self):
        project = self.started()
        (project.path / ".env").rename(project.path / ".env.example")
        self.finds(project, "env-missing", "cp .env.example .env")
        self.mends(project, "env-missing")
        self.assertEqual(project.read(".env"), project.read(".env.example"))
        self.assertEqual((project.path / ".env").stat().st_mode & 0o777, 0o600)

    def test_env_keys(self):
        project = self.started()
        project.write(".env.example", "DATABASE_URL=x\nSECRET_KEY=\n")
        self.finds(project, "env-keys", ".env lacks SECRET_KEY", status="warn")
        command = self.checks(project)["env-keys"]["fix"].split(", then")[0]
        subprocess.run(["sh", "-c", command], cwd=project.path, check=True)
        self.quiet(project, "env-keys")

    def test_env_exposed(self):
        project = self.started()
        (project.path / ".env").chmod(0o644)
        project.path.chmod(0o755)
        self.finds(project, "env-exposed", "chmod 600 .env", status="warn")
        self.assertEqual(self.mends(project, "env-exposed"), [])
        self.assertEqual((project.path / ".env").stat().st_mode & 0o777, 0o600)

    def test_env_tracked_by_git(self):
        if not shutil.which("git"):
            self.skipTest("needs git")
        project = self.started()
        git = lambda *words: project.run(command=["git", "-c", "user.name=a", "-c", "user.email=a@b", *words])
        self.assertEqual(git("init", "-q").rc, 0)
        self.quiet(project, "env-exposed")
        self.assertEqual(git("add", ".env").rc, 0)
        self.finds(project, "env-exposed", ".env is tracked by git", "git rm --cached .env")
        self.assertEqual(git("rm", "-q", "--cached", ".env").rc, 0)
        self.quiet(project, "env-exposed")

    def test_nothing_is_missing_where_the_environment_has_it(self):
        project = self.started()
        (project.path / ".env").unlink()
        project.write(".env.example", "DATABASE_URL=x\n")
        project.variables["DATABASE_URL"] = project.url
        self.quiet(project, "env-missing", "not-listening")

    def test_one_mend_is_seen_by_the_next_look(self):
        """The file that was copied counts in the same run: nothing is said to be lacking that it brought."""
        project = self.started()
        (project.path / ".env").unlink()
        project.write(".env.example", f"DATABASE_URL={project.url}\nSECRET_KEY=\n")
        project.variables["DATABASE_URL"] = project.url
        checks = project.ok("doctor", "--fix", "--yes", "--json").result["checks"]
        self.assertEqual({check["id"]: check["status"] for check in checks if check["id"].startswith("env-")},
                         {"env-missing": "ok", "env-keys": "ok", "env-exposed": "ok"})

    def test_url_invalid(self):
        project = self.started()
        good = project.read(".env")
        project.write(".env", good.replace(f":{project.port}/", ":54x2/"), mode=0o600)
        self.finds(project, "url-invalid", "DATABASE_URL (.env:1)")
        project.write(".env", good, mode=0o600)
        self.quiet(project, "url-invalid")


class Address(DoctorCase):
    def test_not_listening(self):
        project = self.started()
        project.ok("down")
        self.finds(project, "not-listening", "devkit up")
        self.assertEqual(self.mends(project, "not-listening"), [])

    def test_a_port_of_our_own_server(self):
        """For a server that devkit owns the URL is right."""
        project = self.started()
        port = devkit.free_port()
        project.write(".env", project.read(".env").replace(f":{project.port}/", f":{port}/"), mode=0o600)
        self.finds(project, "port-mismatch", f"says port {port}, the server is at port {project.port}", "devkit restart")
        self.assertEqual(self.mends(project, "port-mismatch"), [])
        project.port = port
        self.assertEqual(project.sql("select 1"), "1")

    def test_port_taken(self):
        project = self.started()
        project.ok("down")
        cluster = self.cluster(port=project.port)
        self.finds(project, "port-taken", str(project.port))
        cluster.stop()
        project.ok("up")
        self.quiet(project, "port-taken")

    def test_port_taken_by_something_else(self):
        project = self.started()
        project.ok("down")
        server = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(project.port)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (server.kill(), server.wait()))
        devkit.wait_until(lambda: socket.socket().connect_ex(("127.0.0.1", project.port)) == 0)
        self.finds(project, "port-taken", str(project.port))


class Login(DoctorCase):
    def test_password_of_our_own_server(self):
        project = self.started()
        project.password = "quite-new"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "password-rejected", "was made earlier, with another password", ".devkit/postgres")
        self.assertEqual(self.mends(project, "password-rejected"), [])
        self.assertEqual(project.sql("select 1"), "1")

    def test_password_of_another_server(self):
        cluster, project = self.external()
        self.quiet(project, "password-rejected")
        cluster.sql("alter role app password 'changed'")
        self.finds(project, "password-rejected", "\\password app")
        cluster.sql(f"alter role app password '{project.password}'")
        self.quiet(project, "password-rejected")

    def test_role_of_our_own_server(self):
        project = self.started()
        project.role = "other"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "role-missing", "the server has no role other")
        self.assertEqual(self.mends(project, "role-missing"), [])

    def test_role_of_another_server(self):
        cluster, project = self.external(auth="trust")
        self.quiet(project, "role-missing")
        cluster.sql("alter role app rename to apps")
        self.finds(project, "role-missing", "CREATE ROLE \"app\" LOGIN")
        cluster.sql("alter role apps rename to app; alter role app nologin")
        self.finds(project, "role-missing", "app may not log in", "ALTER ROLE \"app\" LOGIN")
        cluster.sql("alter role app login")
        self.quiet(project, "role-missing")

    def test_database_of_our_own_server(self):
        project = self.started()
        project.database = "apps"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "database-missing", "the server has no database apps; there is app")
        self.assertEqual(self.mends(project, "database-missing"), [])

    def test_database_of_another_server(self):
        cluster, project = self.external()
        cluster.sql("alter database app rename to apps")
        check = self.finds(project, "database-missing", "no database app; there is apps", f"-p {cluster.port}")
        subprocess.run([postgres.client("createdb"), *check["fix"].split("createdb ")[1].split()], check=True,
                       env=postgres.client_environment(PGPASSWORD=project.password))
        self.quiet(project, "database-missing")


class Versions(DoctorCase):
    def configure(self, project, text):
        project.write(".devkit.toml", text)

    def test_programs(self):
        project = self.started()
        project.ok("down")
        (project.path / "nothing").mkdir()
        self.configure(project, '[server.local]\nbin_dir = "nothing"\n')
        self.finds(project, "programs", "bin_dir")
        self.configure(project, "")
        project.ok("up")
        self.quiet(project, "programs")

    def test_client_version(self):
        newer = [major for major in postgres.versions() if major > postgres.default_major()]
        if not newer:
            self.skipTest("PostgreSQL newer than its clients is not installed (scripts/test fetches it)")
        _, project = self.external(major=newer[0])
        self.finds(project, "client-version", f"the server {newer[0]}", status="warn")
        _, project = self.external()
        self.quiet(project, "client-version")

    def test_data_version(self):
        project = self.started()
        project.ok("down")
        major = postgres.default_major()
        self.configure(project, f"[server.local]\nversion = {major + 1}\n")
        self.finds(project, "data-version", f"made by PostgreSQL {major}, and [server.local] version asks for {major + 1}",
                   f"set version = {major} ")
        self.configure(project, f"[server.local]\nversion = {major}\n")
        project.ok("up")
        self.quiet(project, "data-version")

    def test_server_version(self):
        cluster, project = self.external()
        compose = "services:\n  db:\n    image: postgres:%d\n    ports: [\"%d:5432\"]\n"
        project.write("compose.yml", compose % (cluster.major + 1, cluster.port))
        self.finds(project, "server-version", f"the server is version {cluster.major}",
                   f"says postgres:{cluster.major + 1}", status="warn")
        project.write("compose.yml", compose % (cluster.major, cluster.port))
        self.quiet(project, "server-version")


class Server(DoctorCase):
    def hba(self, cluster, line):
        file = cluster.data / "pg_hba.conf"
        file.write_text(line + "\n" + file.read_text())
        cluster.sql("select pg_reload_conf()")

    def test_hba_rejected(self):
        cluster, project = self.external()
        before = (cluster.data / "pg_hba.conf").read_text()
        self.quiet(project, "hba-rejected")
        self.hba(cluster, "host all app 127.0.0.1/32 reject")
        devkit.wait_until(lambda: "rejects" in postgres.sql(project.url, "select 1", check=False))
        check = self.finds(project, "hba-rejected", "pg_hba.conf")
        if os.access(cluster.data, os.R_OK) and not project.account:
            self.assertIn("pg_hba.conf:1: host all app 127.0.0.1/32 reject", check["message"])
        (cluster.data / "pg_hba.conf").write_text(before)
        cluster.sql("select pg_reload_conf()")
        devkit.wait_until(lambda: postgres.sql(project.url, "select 1", check=False) == "1")
        self.quiet(project, "hba-rejected")

    def test_hba_of_our_own_server(self):
        project = self.started()
        status = project.json("status")
        file = pathlib.Path(status["data_dir"]) / "pg_hba.conf"
        admin = f"postgresql:///postgres?host={status['socket_dir']}&port={status['port']}&user=devkit_admin"
        text = "\n".join(line for line in file.read_text().splitlines() if not line.startswith("host"))
        file.write_text(text + "\nhost all all all reject\n")
        os.kill(status["pid"], signal.SIGHUP)
        devkit.wait_until(lambda: "rejects" in postgres.sql(project.url, "select 1", check=False))
        self.assertTrue(admin)
        check = self.finds(project, "hba-rejected", "devkit up")
        if not project.account:
            self.assertIn("host all all all reject", check["message"])
        self.assertEqual(self.mends(project, "hba-rejected"), [])

    def own_role(self, cluster, project):
        """A server of another test may trust everybody it knows."""
        project.role = f"app{cluster.port}"
        cluster.sql(f"alter role app rename to {project.role}")
        project.write(".env", f"# mine\nDATABASE_URL={project.url}\nOTHER=1\n", mode=0o600)

    def test_port_of_another_server(self):
        """Its listener is right: the one line of .env is mended, and only its port."""
        cluster, project = self.external()
        self.own_role(cluster, project)
        wrong = devkit.free_port()
        good = project.read(".env")
        project.write(".env", good.replace(f":{cluster.port}/", f":{wrong}/"), mode=0o600)
        self.finds(project, "port-mismatch", f"DATABASE_URL (.env:2) says port {wrong}, the server is at port {cluster.port}",
                   f"change the port in .env:2 to {cluster.port}")
        self.assertEqual(len(self.mends(project, "port-mismatch")), 2)
        self.assertEqual(project.read(".env"), good)
        saved = list((project.path / ".devkit/saved").iterdir())
        self.assertEqual([f":{wrong}/" in path.read_text() for path in saved], [True])

    def test_port_of_the_compose_file(self):
        """.env says one port, the compose file publishes another; no engine is needed to see that."""
        cluster, project = self.external()
        project.variables["DOCKER_HOST"] = f"unix://{project.root}/no-engine"
        project.write(".devkit.toml", '[database]\nserver = "compose"\n')
        project.write("compose.yml", "services:\n  db:\n    image: postgres:%d\n    ports: [\"127.0.0.1:%d:5432\"]\n"
                      % (cluster.major, cluster.port))
        good, wrong = project.read(".env"), devkit.free_port()
        self.quiet(project, "port-mismatch")
        project.write(".env", good.replace(f":{cluster.port}/", f":{wrong}/"), mode=0o600)
        self.finds(project, "port-mismatch", f"says port {wrong}, the server is at port {cluster.port}",
                   f"change the port in .env:2 to {cluster.port}")
        self.assertEqual(len(self.mends(project, "port-mismatch")), 2)
        self.assertEqual(project.read(".env"), good)

    def test_port_of_a_server_that_nobody_named(self):
        """The same under server = "auto": what answers is meant, not a cluster that devkit would have to make."""
        cluster, project = self.external()
        self.own_role(cluster, project)
        project.write(".devkit.toml", "")
        good = project.read(".env")
        self.quiet(project, "port-mismatch")
        project.write(".env", good.replace(f":{cluster.port}/", f":{devkit.free_port()}/"), mode=0o600)
        self.finds(project, "port-mismatch", f"the server is at port {cluster.port}")
        self.assertEqual(len(self.mends(project, "port-mismatch")), 2)
        self.assertEqual(project.read(".env"), good)

    def test_collation(self):
        cluster, project = self.external(database=False)
        provider = "locale_provider icu icu_locale 'en' locale 'C.UTF-8'"
        cluster.sql(f"create database app owner app template template0 {provider}")
        self.quiet(project, "collation")
        cluster.sql("update pg_database set datcollversion = '1' where datname = 'app'")
        check = self.finds(project, "collation", "the collation of database app", "REFRESH COLLATION VERSION")
        words = check["fix"].split("devkit psql ")[1]
        project.ok(command=["sh", "-c", f"'{devkit.program()}' psql {words}"])
        self.quiet(project, "collation")

    def client(self, url, text):
        """A psql that has run the text and stays."""
        child = subprocess.Popen([postgres.client("psql"), "-XAtq", "-d", url], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=postgres.client_environment())
        self.addCleanup(lambda: (child.kill(), child.communicate()))
        child.stdin.write(f"{text}\n\\echo there\n".encode())
        child.stdin.flush()
        return child

    def test_pool_size(self):
        cluster, project = self.external(settings={"max_connections": 12})
        env = project.read(".env")
        pool = lambda size, more, text="": project.write(
            ".env", f"{env}DATABASE_POOL_SIZE={size}\nDATABASE_MAX_OVERFLOW={more}\n{text}", mode=0o600)
        pool(5, 2)
        self.quiet(project, "pool-size")
        pool(5, 10)
        self.finds(project, "pool-size", "may open 15 connections", "the server gives 9")
        pool(9223372036854775807, 10)
        self.finds(project, "pool-size", "the server gives 9")
        pool(3, 2, "WEB_CONCURRENCY=2\n")
        self.finds(project, "pool-size", "may open 10 connections")
        pool(4, 2)
        project.write(".devkit.toml", '[database]\nserver = "external"\n[project]\nconcurrency = 8\n')
        self.finds(project, "pool-size", "8 requests at once")
        project.write(".devkit.toml", '[database]\nserver = "external"\n')
        sessions = [self.client(cluster.socket_url(), "select 1;") for _ in range(5)]
        for session in sessions:
            self.assertEqual(session.stdout.readline(), b"1\n")
        self.finds(project, "pool-size", "others use", status="warn")

    def test_no_connection_left(self):
        cluster, project = self.external(settings={"max_connections": 5, "superuser_reserved_connections": 3})
        sessions = [self.client(project.url, "select 1;") for _ in range(2)]
        for session in sessions:
            self.assertEqual(session.stdout.readline(), b"1\n")
        self.finds(project, "pool-size", "nobody else gets a connection")

    def test_sessions(self):
        _, project = self.external()
        postgres.sql(project.url, "create table thing (id int)")
        idle = self.client(project.url, "begin; lock table thing;")
        self.assertEqual(idle.stdout.readline(), b"there\n")
        self.quiet(project, "sessions")  # a short moment is nothing
        self.client(project.url, "select count(*) from thing;")
        found = devkit.wait_until(lambda: self.warned(project, "sessions"), 20, "the blocked session")
        self.assertIn("keeps 1 other waiting", found["message"])
        idle.stdin.write(b"commit;\n")
        idle.stdin.flush()
        devkit.wait_until(lambda: not self.warned(project, "sessions"))
        idle.stdin.write(b"begin;\n")
        idle.stdin.flush()
        found = devkit.wait_until(lambda: self.warned(project, "sessions"), 20, "the idle session")
        self.assertIn("idle in a transaction", found["message"])
        project.ok(command=["sh", "-c", f"'{devkit.program()}' psql {found['fix'].split('devkit psql ')[1]}"])
        self.quiet(project, "sessions")

    def warned(self, project, id):
        check = self.checks(project, id)[id]
        return check if check["status"] == "warn" else None

    def test_extensions(self):
        project = self.started()
        project.write("migrations/001_x.sql", "CREATE EXTENSION IF NOT EXISTS citext;\n-- CREATE EXTENSION nope;\n")
        self.finds(project, "extensions", "wants the extension citext", "devkit migrate", status="warn")
        project.sql("create extension citext")
        self.quiet(project, "extensions")
        project.write("migrations/002_y.sql", "create extension no_such_thing;\n")
        self.finds(project, "extensions", "no_such_thing", f"PostgreSQL {postgres.default_major()}")

    def test_leftovers(self):
        project = self.started(config='[reset]\nlayers = ["seed"]\n')
        project.write("seeds/a.sql", "create table a ();\n")
        project.write(".devkit.toml", '[seed]\nfiles = ["seeds/*.sql"]\n')
        project.ok("reset")
        project.ok("gc", "--wait")
        self.quiet(project, "leftovers")
        name = project.json("gc")["kept"][0]["name"]
        left = "devkit_building_" + name.split("_")[2] + "_20200101000000000_abcd"
        project.sql(f'create database "{left}"')
        self.finds(project, "leftovers", left, "devkit gc", status="warn")
        self.assertEqual(self.mends(project, "leftovers"), [])
        self.assertEqual(postgres.databases(project.url, left), [])

    def test_leftover_files(self):
        project = self.started()
        path = project.write(".devkit/.local.url.Ab3dEf", "x")
        self.quiet(project, "leftovers")  # somebody may be at work
        os.utime(path, (1700000000, 1700000000))
        self.finds(project, "leftovers", ".devkit/.local.url.Ab3dEf", status="warn")
        self.assertEqual(self.mends(project, "leftovers"), [])
        self.assertFalse(path.exists())


class Url(DoctorCase):
    def only(self, project, id, status, *texts):
        check = self.checks(project, id)[id]
        self.assertEqual(check["status"], status, check)
        for text in texts:
            self.assertIn(text, " ".join(str(check[key]) for key in ("message", "why", "fix")))

    def mended(self, env, id, status, *texts):
        project = self.project(env={})
        project.write(".env", env, mode=0o600)
        self.only(project, id, status, *texts)
        project.ok("doctor", "--fix", "--yes", id)
        self.only(project, id, "ok")
        return [line for line in difflib.ndiff(env.splitlines(), project.read(".env").splitlines()) if line[0] in "+-"]

    def test_pooled_endpoint(self):
        env = "# n\nDATABASE_URL=postgres://a:b@ep-odd-1-pooler.eu.aws.neon.tech/d?sslmode=require # c\nX=1\n"
        self.assertEqual(self.mended(env, "pooled-endpoint", "warn", "the pooled endpoint"), [
            "- DATABASE_URL=postgres://a:b@ep-odd-1-pooler.eu.aws.neon.tech/d?sslmode=require # c",
            "+ DATABASE_URL=postgres://a:b@ep-odd-1.eu.aws.neon.tech/d?sslmode=require # c"])

    def test_tls(self):
        env = "# n\nDATABASE_URL='postgresql+asyncpg://a:b@db.example.com/d'\nX=1\n"
        self.assertEqual(self.mended(env, "tls", "fail", "ssl=require"), [
            "- DATABASE_URL='postgresql+asyncpg://a:b@db.example.com/d'",
            "+ DATABASE_URL='postgresql+asyncpg://a:b@db.example.com/d?ssl=require'"])

    def test_tls_that_nobody_offers(self):
        _, project = self.external()
        self.quiet(project, "tls")
        project.write(".env", f"DATABASE_URL={project.url}?sslmode=require\n", mode=0o600)
        self.finds(project, "tls", "leave sslmode out")

    def test_socket_path(self):
        project = self.project(env={}, config='[database]\nserver = "external"\n')
        project.write(".env", f"DATABASE_URL=postgresql:///app?user=a&host=/{'x' * 120}\n", mode=0o600)
        self.finds(project, "doctor-socket-path", "has 121 bytes")
        project.write(".env", f"DATABASE_URL=postgresql:///app?user=a&host=/{'x' * 80}\n", mode=0o600)
        self.only(project, "doctor-socket-path", "ok")

    def test_disk(self):
        if not devkit.is_root():
            self.skipTest("needs root")
        project = self.project()
        (project.path / ".env").chmod(0o600)
        folder = project.root / "small"
        folder.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500m", "none", folder], capture_output=True).returncode:
            self.skipTest("needs root that may mount")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        self.addCleanup(project.close)
        folder.chmod(0o755)
        (folder / "data").mkdir()
        devkit.give(folder, project.account or "postgres")
        project.write(".devkit.toml", f'[server.local]\ndata_dir = "{folder}/data/pg"\n')
        project.ok("up")
        self.quiet(project, "disk")
        with open(folder / "big", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, 900 * 2**20)
            self.finds(project, "disk", str(folder), status="warn")
            os.posix_fallocate(file.fileno(), 0, 1300 * 2**20)
            self.finds(project, "disk", "left", status="fail")
        (folder / "big").unlink()
        self.quiet(project, "disk")


if __name__ == "__main__":
    unittest.main()
