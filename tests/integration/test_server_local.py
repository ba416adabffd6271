"""The local server on real PostgreSQL: what `up` makes true. What goes wrong is in test_server_trouble.py."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from devkit import Case
from engine import faults_build


SPLIT = 2  # parts that tests/run.py runs beside each other


def postmaster(project):
    return int((project.path / ".devkit/postgres/postmaster.pid").read_text().split("\n")[0])


def set_url(project, **changes):
    for key, value in changes.items():
        setattr(project, key, value)
    project.write(".env", f"DATABASE_URL={project.url}\n")


class Life(Case):
    def test_up_makes_the_url_true(self):
        project = self.project(role="app-Owner", database='Tasks "v2"', password="p%:@/ s")
        result = project.json("up")
        self.assertEqual((result["server"], result["state"], result["changed"]), ("local", "ready", True))
        self.assertEqual((result["host"], result["port"]), ("127.0.0.1", project.port))
        self.assertEqual(result["database"], 'Tasks "v2"')
        self.assertRegex(result["version"], r"^\d+\.\d+$")
        self.assertTrue(result["owned"] and result["pid"] and os.path.isdir(result["socket_dir"]))
        rights = project.sql("SELECT rolsuper, rolcreatedb, pg_get_userbyid(datdba) FROM pg_roles, pg_database "
                             "WHERE rolname = current_user AND datname = current_database()")
        self.assertEqual(rights, "f|t|app-Owner")

    def test_up_twice_is_a_no_op_that_says_so(self):
        project = self.project()
        project.ok("up")
        pid = postmaster(project)
        result = project.ok("up")
        self.assertIn("already up", result.stdout)
        self.assertFalse(project.json("up")["changed"])
        self.assertEqual(postmaster(project), pid)

    def test_two_at_once_do_not_collide(self):
        project = self.project()
        children = [project.popen("up", "--json") for _ in range(3)]
        outcomes = [child.communicate(timeout=120) for child in children]
        self.assertEqual([child.returncode for child in children], [0, 0, 0], outcomes)
        self.assertEqual(sum(b'"changed":true' in out for out, _ in outcomes), 1)

    def test_down_restart_status_wait(self):
        project = self.project()
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "absent")
        self.assertIn("devkit up", project.fails(1, "wait", "--timeout", "0").stderr)
        project.ok("up")
        self.assertEqual(project.json("status")["state"], "ready")
        project.ok("wait", "--timeout", "5")
        pid = postmaster(project)
        self.assertTrue(project.json("restart")["changed"])
        self.assertNotEqual(postmaster(project), pid)
        self.assertIn("stopped", project.ok("down").stdout)
        self.assertIn("already down", project.ok("down").stdout)
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        self.assertEqual(project.fails(1, "wait", "--timeout", "0.3s", "--json").error["code"], "not-ready")

    def test_data_survives_down_and_up(self):
        project = self.project()
        project.ok("up")
        project.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        project.ok("down")
        project.ok("up")
        self.assertEqual(project.sql("SELECT answer FROM kept"), "42")

    def test_destroy_needs_the_name_and_leaves_nothing(self):
        project = self.project()
        sockets = project.json("up")["socket_dir"]
        self.assertEqual(project.fails(3, "destroy", "--yes", "--json").error["code"], "confirmation-needed")
        project.fails(3, "destroy", "--confirm", "other")
        self.assertEqual(project.json("status")["state"], "ready")
        project.ok("destroy", "--confirm", project.database)
        self.assertEqual(sorted(os.listdir(project.path / ".devkit")), [".gitignore", "up.lock"])
        self.assertFalse(os.path.exists(sockets))
        self.assertEqual(devkit.processes_of(project.path / ".devkit"), [])

    def test_a_protected_database_is_not_destroyed(self):
        project = self.project()
        project.ok("reset")
        project.ok("protect")
        self.assertEqual(project.fails(3, "destroy", "--confirm", "app", "--json").error["code"], "protected")
        project.ok("down")
        self.assertEqual(project.fails(3, "destroy", "--confirm", "app", "--json").error["code"], "protected")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        set_url(project, database="second")  # another database than the marked one
        self.assertEqual(project.fails(3, "destroy", "--confirm", "second", "--json").error["code"], "protected")
        set_url(project, database="app")
        project.ok("up")
        project.ok("unprotect")
        project.ok("destroy", "--confirm", "app")

    def test_without_a_url_the_port_is_stable_and_free(self):
        project = self.project(env={})
        first = project.json("up")
        self.assertTrue(20000 <= first["port"] < 30000)
        self.assertEqual((first["database"], first["role"]), ("app", "app"))
        url = project.ok("url").stdout.strip()
        self.assertEqual(postgres.sql(url, "SELECT current_user"), "app")
        self.assertEqual((project.path / ".devkit/local.url").stat().st_mode & 0o777, 0o600)
        project.ok("down")
        self.assertEqual(project.json("up")["port"], first["port"])

    def test_logs(self):
        project = self.project()
        self.assertEqual(project.fails(1, "logs", "--json").error["code"], "no-log")
        project.ok("up")
        self.assertEqual(len(project.ok("logs", "-n", "2").stdout.strip().split("\n")), 2)
        self.assertIn("starting PostgreSQL", "".join(project.json("logs", "-n", "-1")["lines"]))
        child = project.popen("logs", "-f", "-n", "0")
        time.sleep(0.5)
        project.sql("SELECT 1/0", check=False)
        line = child.stdout.readline()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=10)
        self.assertIn(b"division by zero", line)

    def test_logs_end_when_nobody_reads_them(self):
        project = self.project()
        project.ok("up")
        child = project.popen("logs", "-f", "-n", "1")
        child.stdout.readline()
        child.stdout.close()
        child.wait(timeout=10 * devkit.SLOWNESS)
        child.stdout = None

    def test_logs_go_over_to_a_new_file(self):
        project = self.project()
        project.ok("up")
        child = project.popen("logs", "-f", "-n", "0")
        time.sleep(0.5)
        project.ok("destroy", "--confirm", "app")
        project.ok("up")
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        lines = child.communicate(timeout=10)[0].decode()
        self.assertEqual(lines.count("starting PostgreSQL"), 1, lines)

    def test_url_psql_and_run(self):
        project = self.project(password="geheim%1")
        project.ok("up")
        self.assertEqual(project.ok("url").stdout.strip(), project.url)
        self.assertEqual(project.json("url", "--format", "asyncpg")["url"],
                         project.url.replace("postgresql:", "postgresql+asyncpg:"))
        self.assertEqual(project.ok("psql", "-XAtc", "SELECT current_database()").stdout.strip(), "app")
        self.assertEqual(project.run("psql", "-c", "SELECT nonsense").rc, 1)
        shown = project.ok("run", "--", "sh", "-c", "echo $DATABASE_URL $PGUSER $PGPASSWORD").stdout
        self.assertEqual(shown.strip(), f"{project.url} app geheim%1")
        self.assertEqual(project.run("run", "--", "sh", "-c", "exit 37").rc, 37)
        self.assertNotIn("geheim", project.ok("status").stdout + project.ok("up", "-v").stderr)

    def test_psql_waits_out_a_swap(self):
        project = self.project()
        project.ok("up")
        project.sql("ALTER DATABASE app RENAME TO away", database="postgres")
        back = threading.Timer(0.6, lambda: project.sql("ALTER DATABASE away RENAME TO app", database="postgres"))
        back.start()
        self.assertEqual(project.ok("psql", "-XAtc", "SELECT 1").stdout.strip(), "1")
        back.join()

    def test_a_url_on_a_terminal_is_masked(self):
        project = self.project()
        shown = project.ok(command=["script", "-qec", f"{devkit.program()} url", "/dev/null"]).stdout
        self.assertIn(":***@", shown)
        self.assertNotIn(project.password, shown)
        project.write(".env", f"DATABASE_URL={project.url}?sslpassword=geheim\n")
        shown = project.ok(command=["script", "-qec", f"{devkit.program()} url", "/dev/null"]).stdout
        self.assertIn("sslpassword=", shown)
        self.assertNotIn("geheim", shown)


class Address(Case):
    def test_the_server_moves_where_the_url_points(self):
        project = self.project()
        project.ok("up")
        project.sql("CREATE TABLE kept (id int)")
        old = project.port
        set_url(project, port=devkit.free_port())
        status = project.fails(4, "status", "--json").result
        self.assertEqual(status["state"], "unhealthy")
        self.assertIn(str(old), status["problem"])
        self.assertIn(f"from port {old} to {project.port}", project.ok("up").stderr)
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "0")

    def test_a_server_that_can_not_move_goes_on(self):
        project = self.project()
        project.ok("up")
        pid, old = postmaster(project), project.port
        set_url(project, port=devkit.free_port())
        with socket.create_server(("127.0.0.1", project.port)):
            self.assertEqual(project.fails(1, "up", "--json").error["code"], "port-taken")
        self.assertEqual(postmaster(project), pid)
        project.write(".devkit.toml", f'[server.local]\nbin_dir = "{self.scratch()}"\n')
        self.assertEqual(project.fails(1, "up", "--json").error["code"], "program-missing")
        self.assertEqual(postmaster(project), pid)
        set_url(project, port=old)
        self.assertFalse(project.json("up")["changed"])

    def test_a_reset_makes_a_changed_password_true(self):
        project = self.project()
        self.assertIn("server started", project.ok("reset").stderr)
        set_url(project, password="another")
        said = project.ok("reset").stderr
        self.assertIn("role app has the URL's password now", said)
        self.assertNotIn("server started", said)
        self.assertEqual(project.sql("SELECT 1"), "1")
        set_url(project, role="heir", database="second")
        said = project.ok("reset").stderr
        self.assertIn("role heir is made", said)
        self.assertIn("database second is made, owned by heir", said)
        self.assertNotIn("server started", said)
        project.ok("down")
        self.assertIn("server started", project.ok("reset").stderr)

    def test_password_role_and_database_of_the_url_become_true(self):
        project = self.project()
        project.ok("up")
        project.sql("CREATE TABLE kept (id int)")
        set_url(project, password="another")
        self.assertIn("password", project.ok("up").stderr)
        self.assertEqual(project.sql("SELECT 1"), "1")
        set_url(project, database="second")
        self.assertTrue(project.json("up")["changed"])
        self.assertEqual(project.sql("SELECT current_database()"), "second")
        set_url(project, database="app", role="heir")
        project.ok("up")
        project.sql("INSERT INTO kept VALUES (1)")  # made by the role before
        self.assertEqual(project.sql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'app'"), "heir")

    def test_a_url_that_goes_back_and_forth_between_roles(self):
        """Each takes the database over from the one before; PostgreSQL takes no circles of memberships."""
        project = self.project(role="one")
        project.ok("up")
        project.sql("CREATE TABLE kept (id int)")
        for role in ("two", "three", "one", "two", "one"):
            set_url(project, role=role)
            project.ok("up")
            project.sql("INSERT INTO kept VALUES (1)")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "5")

    def test_postgres_as_role_and_database_is_no_superuser(self):
        project = self.project(role="postgres", database="postgres", password="postgres")
        project.ok("up")
        self.assertEqual(project.sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"), "f")
        self.assertEqual(project.sql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'postgres'"),
                         "postgres")

    def test_localhost_and_other_dialects(self):
        port = devkit.free_port()
        project = self.project(env={"DATABASE_URL": f"postgresql+asyncpg://app:secret@localhost:{port}/app"})
        project.ok("up")
        self.assertEqual(postgres.sql(f"postgresql://app:secret@127.0.0.1:{port}/app", "SELECT 1"), "1")

    def test_only_passwords_and_only_loopback(self):
        project = self.project()
        sockets = project.json("up")["socket_dir"]
        wrong = postgres.sql(project.url.replace(":secret@", ":wrong@"), "SELECT 1", check=False)
        self.assertIn("password authentication failed", wrong)
        admin = f"postgresql://devkit_admin:x@127.0.0.1:{project.port}/postgres"
        self.assertIn("pg_hba.conf rejects", postgres.sql(admin, "SELECT 1", check=False))
        addresses = project.sql("SHOW listen_addresses")
        self.assertNotIn("0.0.0.0", addresses)
        self.assertNotIn("*", addresses)
        self.assertEqual(os.stat(sockets).st_mode & 0o777, 0o700)

    def test_a_url_without_password_needs_none(self):
        port = devkit.free_port()
        url = f"postgresql://app@127.0.0.1:{port}/app"
        project = self.project(env={"DATABASE_URL": url})
        project.ok("up")
        self.assertEqual(postgres.sql(url, "SELECT current_user"), "app")

    def test_a_url_that_wants_tls(self):
        port = devkit.free_port()
        url = f"postgresql://app:secret@127.0.0.1:{port}/app?sslmode=require"
        project = self.project(env={"DATABASE_URL": url})
        self.assertIn("sslmode", project.fails(1, "up", "--json").error["hint"])
        self.assertIn("sslmode", project.fails(4, "status", "--json").result["hint"])

    def test_a_url_with_a_socket_folder(self):
        folder = self.scratch()
        folder.chmod(0o777)
        url = f"postgresql://app:secret@/app?host={folder}&port={devkit.free_port()}"
        project = self.project(env={"DATABASE_URL": url})
        project.ok("up")
        self.assertEqual(postgres.sql(url, "SELECT current_user"), "app")

    def test_settings_and_durability(self):
        project = self.project(server='durability = "fast"\nsettings = { max_connections = "37" }\n')
        project.ok("up")
        self.assertEqual(project.sql("SELECT current_setting('fsync'), current_setting('max_connections')"), "off|37")
        project.write(".devkit.toml", '[server.local]\nsettings = { max_connections = "38" }\n')
        self.assertIn("settings changed", project.ok("up").stderr)
        self.assertEqual(project.sql("SELECT current_setting('fsync'), current_setting('max_connections')"), "on|38")

    def test_passwords_do_not_reach_a_talkative_log(self):
        project = self.project(password="geheimnis1", server='settings = { log_statement = "all", '
                               'log_min_duration_statement = "0", log_transaction_sample_rate = "1" }\n')
        project.ok("up")
        set_url(project, password="geheimnis2")
        project.ok("up")
        log = project.run(command=["cat", project.path / ".devkit/postgres.log"]).stdout
        self.assertIn("statement: SET log_min_error_statement", log)
        self.assertNotIn("geheimnis", log)

    def test_down_whatever_the_url_says(self):
        project = self.project(config='[database]\nserver = "local"\n')
        project.ok("up")
        project.write(".env", "DATABASE_URL=postgresql://a:b@192.0.2.1/app\n")
        self.assertIn("stopped", project.ok("down").stdout)

    def test_refused_names(self):
        for change in ({"role": "devkit_admin"}, {"database": "template1"}, {"role": "pg_me"}):
            project = self.project(**change)
            self.assertRegex(project.fails(2, "up", "--json").error["code"], "reserved")

    def test_a_remote_url_is_not_local(self):
        project = self.project(config='[database]\nserver = "local"\n',
                               env={"DATABASE_URL": "postgresql://a:b@192.0.2.1/app"})
        self.assertEqual(project.fails(2, "up", "--json").error["code"], "not-local")


class Killed(Case):
    """`up`, `down` and `destroy` end at every point where the fault build can stop; the next one puts it right."""

    def table(self, project, prepare, words, check):
        log = project.root / "tmp/points"
        for point in range(1, 500):
            prepare()
            log.unlink(missing_ok=True)
            result = project.run(command=[faults_build(), *words],
                                 env={"DEVKIT_FAULT_AT": point, "DEVKIT_FAULT_LOG": log})
            where = log.read_text().strip().split("\n")[-1]
            if result.rc != -signal.SIGKILL:
                self.assertEqual(result.rc, 0, f"{where}: {result}")
                return point
            check(where)
        self.fail("no end")

    def assert_clean(self, project, where):
        kept = {".gitignore", "up.lock", "postgres", "postgres.log", "local.true"}
        self.assertEqual(set(os.listdir(project.path / ".devkit")) - kept, set(), where)

    def test_up_of_a_new_cluster(self):
        project = self.project()
        project.ok("up")  # so that initdb's result is kept

        def check(where):
            project.ok("up")
            self.assertEqual(project.sql("SELECT 1"), "1", where)
            self.assert_clean(project, where)
        points = self.table(project, lambda: project.ok("destroy", "--confirm", "app"), ["up"], check)
        self.assertGreater(points, 20)

    def test_up_of_a_stopped_one_with_another_url(self):
        project = self.project()
        project.ok("up")
        project.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        passwords = iter(range(1000))

        def prepare():
            project.ok("down")
            set_url(project, password=f"secret{next(passwords)}", port=devkit.free_port())

        def check(where):
            project.ok("up")
            self.assertEqual(project.sql("SELECT answer FROM kept"), "42", where)
            self.assert_clean(project, where)
        self.assertGreater(self.table(project, prepare, ["up"], check), 10)

    def test_destroy(self):
        project = self.project()

        def check(where):
            project.ok("destroy", "--confirm", "app")
            self.assertEqual(set(os.listdir(project.path / ".devkit")) - {".gitignore", "up.lock"}, set(), where)
        self.table(project, lambda: project.ok("up"), ["destroy", "--confirm", "app"], check)


class Versions(Case):
    def check(self, major):
        project = self.project(bin_dir=postgres.bin_dir(major))
        self.assertRegex(project.json("up")["version"], rf"^{major}\.")
        self.assertEqual(project.sql("SELECT current_user"), "app")
        self.assertFalse(project.json("up")["changed"])
        project.ok("down")
        project.ok("up")
        project.ok("destroy", "--confirm", "app")

    def test_16(self):
        self.check(16)

    def test_17(self):
        self.check(17)

    def test_18(self):
        self.check(18)


@unittest.skipUnless(devkit.is_root(), "mounts need root")
class Reflink(Case):
    """PostgreSQL 18 clones databases in no time where files can share their blocks; elsewhere it must not try."""

    def mounted(self):
        folder = self.scratch()
        image = folder / "image"
        with open(image, "wb") as file:
            file.truncate(600 << 20)
        (folder / "mount").mkdir()
        for command in (["mkfs.xfs", "-q", image], ["mount", "-o", "loop", image, folder / "mount"]):
            if not shutil.which(command[0]) or subprocess.run(command, capture_output=True).returncode:
                self.skipTest("needs reflinks")
        self.addCleanup(subprocess.run, ["umount", "-l", folder / "mount"], check=True)
        (folder / "mount").chmod(0o777)
        return folder / "mount"

    def method(self, server, major):
        project = self.project(server=server, bin_dir=postgres.bin_dir(major), config='[reset]\nlayers = []\n')
        project.ok("up")
        self.assertIn("already up", project.ok("up").stdout)
        project.ok("reset")
        found = project.sql("SELECT coalesce(current_setting('file_copy_method', true), 'unknown')")
        project.settle()
        project.ok("down")
        return found

    def test_clone_where_it_is_verified(self):
        mount = self.mounted()
        self.assertEqual(self.method(f'data_dir = "{mount}/18"\n', 18), "clone")
        self.assertEqual(self.method(f'data_dir = "{mount}/17"\n', 17), "unknown")
        self.assertEqual(self.method(f'data_dir = "{mount}/own"\nsettings = {{ file_copy_method = "copy" }}\n', 18),
                         "copy")

    def test_copy_elsewhere(self):
        folder = self.scratch()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m,mode=0777", "tmpfs", folder], capture_output=True)
        if done.returncode:
            self.skipTest("needs root that may mount")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        self.assertEqual(self.method(f'data_dir = "{folder}/18"\n', 18), "copy")


class Choice(Case):
    def test_somebody_else_s_server_is_external(self):
        cluster = self.cluster()
        project = self.project(env={"DATABASE_URL": cluster.url()})
        result = project.json("up")
        self.assertEqual((result["server"], result["owned"], result["changed"]), ("external", False, False))
        self.assertEqual(project.json("status")["state"], "ready")
        self.assertEqual(project.fails(3, "down", "--json").error["code"], "not-owned")
        self.assertEqual(project.fails(3, "destroy", "--confirm", "postgres", "--json").error["code"], "not-owned")
        self.assertEqual(project.fails(1, "logs", "--json").error["code"], "no-log")

    def test_a_server_that_refuses_the_login_is_a_taken_port(self):
        cluster = self.cluster()
        project = self.project(env={"DATABASE_URL": cluster.url(role="nobody", password="wrong")})
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn("postgres", error["message"])

    def test_a_stopped_external_server(self):
        project = self.project(config='[database]\nserver = "external"\n')
        self.assertEqual(project.fails(1, "up", "--json").error["code"], "not-listening")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")


if __name__ == "__main__":
    unittest.main(verbosity=2)
