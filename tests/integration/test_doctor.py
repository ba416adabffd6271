"""doctor: each fault provoked for real gives one failure, its own; mended, there is none."""
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
from devkit import Case


class DoctorCase(Case):
    def started(self, **keywords):
        """A healthy project with a local server, and an .env for nobody else."""
        project = self.project(**keywords)
        (project.path / ".env").chmod(0o600)
        project.ok("up")
        return project

    def checks(self, project, *words, rc=None, **keywords):
        """The checks by id; the exit status has to be 4 exactly when one failed."""
        result = project.run("doctor", "--json", *words, **keywords)
        found = {check["id"]: check for check in result.result["checks"]}
        failed = any(check["status"] == "fail" for check in found.values())
        self.assertEqual(result.rc, 4 if failed else 0, str(result))
        for check in found.values():
            self.assertTrue(check["message"], check)
            if check["status"] in ("warn", "fail"):
                self.assertTrue(check["why"] and check["fix"], check)
        return found

    def finds(self, project, id, *texts, status="fail", **keywords):
        """The one failure (or warning) is this one, and says so."""
        found = self.checks(project, **keywords)
        bad = sorted(name for name, check in found.items() if check["status"] in ("warn", "fail"))
        self.assertEqual(bad, [id], found)
        self.assertEqual(found[id]["status"], status, found[id])
        said = " ".join(str(found[id][key]) for key in ("message", "why", "fix"))
        for text in texts:
            self.assertIn(text, said)
        return found[id]

    def quiet(self, project, *ids):
        found = self.checks(project)
        for name, check in found.items():
            self.assertIn(check["status"], ("ok", "skipped"), check)
        for id in ids:
            self.assertEqual(found[id]["status"], "ok", found[id])
        return found

    def mends(self, project, id, *ids):
        """--fix, and a second run that finds nothing. Gives the lines of .env that changed."""
        before = project.read(".env").splitlines() if (project.path / ".env").exists() else []
        result = project.ok("doctor", "--fix", "--yes", "--json")
        self.assertEqual(result.result["fixed"], [id])
        self.quiet(project, *(ids or [id]))
        after = project.read(".env").splitlines() if (project.path / ".env").exists() else []
        return [line for line in difflib.ndiff(before, after) if line[0] in "+-"]

    def external(self, rights="createdb", database=True, config="", **keywords):
        """A project on a server that is somebody else's."""
        cluster = self.cluster(**keywords)
        cluster.sql(f"create role app login password 'secret' {rights}")
        if database:
            cluster.sql("create database app owner app")
        project = self.project(env={}, config='[database]\nserver = "external"\n' + config)
        project.port = cluster.port
        project.write(".env", f"# mine\nDATABASE_URL={project.url}\nOTHER=1\n", mode=0o600)
        return cluster, project


class Command(DoctorCase):
    def test_a_healthy_project(self):
        project = self.started()
        self.quiet(project, "env-missing", "env-exposed", "url-invalid", "not-listening", "port-mismatch", "port-taken",
                   "password-rejected", "role-missing", "database-missing")
        result = project.ok("doctor")
        self.assertRegex(result.stdout, r"^\d+ ok, 0 warnings, 0 failed, \d+ skipped\n$")
        self.assertIn("ok       not-listening: a server answers", project.ok("doctor", "-v").stdout)

    def test_some_checks_only(self):
        project = self.started()
        self.assertEqual(list(self.checks(project, "role-missing", "env-missing")), ["env-missing", "role-missing"])
        error = project.fails(2, "doctor", "env-mising", "--json").error
        self.assertEqual(error["code"], "no-such-check")
        self.assertIn("did you mean env-missing?", error["hint"])

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
            self.assertIn(b"do it? [y/N]", os.read(master, 65536))
            os.close(slave)
            os.close(master)
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
        self.mends(project, "not-listening")

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
        self.mends(project, "password-rejected")
        self.assertEqual(project.sql("select 1"), "1")

    def test_password_of_another_server(self):
        cluster, project = self.external()
        self.quiet(project, "password-rejected")
        cluster.sql("alter role app password 'changed'")
        self.finds(project, "password-rejected", "\\password app")
        cluster.sql("alter role app password 'secret'")
        self.quiet(project, "password-rejected")

    def test_role_of_our_own_server(self):
        project = self.started()
        project.role = "other"
        project.write(".env", f"DATABASE_URL={project.url}\n", mode=0o600)
        self.finds(project, "role-missing", "the server has no role other")
        self.mends(project, "role-missing")

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
        self.mends(project, "database-missing")

    def test_database_of_another_server(self):
        cluster, project = self.external()
        cluster.sql("alter database app rename to apps")
        check = self.finds(project, "database-missing", "no database app; there is apps", f"-p {cluster.port}")
        subprocess.run([postgres.client("createdb"), *check["fix"].split("createdb ")[1].split()], check=True,
                       env=postgres.client_environment(PGPASSWORD="secret"))
        self.quiet(project, "database-missing")


if __name__ == "__main__":
    unittest.main()
