"""Resets on a server that devkit does not own, as a role that is nothing special there."""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import devkit
import postgres
import test_failures
from engine import EngineProject


class External(test_failures.FailureCase):
    def outside(self, cluster, rights="createdb", **keywords):
        cluster.sql(f"create role app login password 'secret' {rights}; create role other login password 'other';")
        cluster.sql("create database app owner app")
        project = EngineProject(server="", env={}, **keywords)
        self.addCleanup(project.close)
        project.port = cluster.port
        project.write(".env", f"DATABASE_URL={project.url}\n")
        return project

    def test_owner_with_createdb(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster)
        cluster.sql("alter database app set work_mem to '3MB'; grant connect on database app to other;"
                    " comment on database app is 'theirs'; alter database app connection limit 20")
        before = postgres.sql(project.url, postgres.DATABASE)
        self.assertEqual(project.source(), "built")
        project.ok("gc", "--wait")
        self.client(project)
        self.assertEqual(project.source(), "spare")
        self.assertEqual(postgres.sql(project.url, postgres.DATABASE), before)
        project.ok("undo")
        project.write("seeds/item.csv", "id,name\n1,x\n2,y\n3,z\n")
        self.assertEqual(project.source(), "built")
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"template": 3, "spare": 1, "undo": 1})
        project.ok("protect")
        project.fails(3, "reset")
        project.ok("unprotect")
        project.ok("gc", "--all", "--yes")
        self.assertEqual(project.counts(), {})
        self.assertEqual(cluster.sql("select count(*) from pg_database where not datallowconn"), "1")

    def test_without_createdb(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster, "nocreatedb")
        before = postgres.dump(project.url)
        error = project.fails(1, "reset", "--json").error
        self.assertRegex(error["hint"], r'ALTER ROLE "?app"? CREATEDB')
        self.assertIn('server = "local"', error["hint"])
        self.assertEqual(postgres.dump(project.url), before)

    def test_status_says_which_rights_are_missing(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster, "nocreatedb")
        status = project.json("status")
        self.assertEqual(status["state"], "ready")
        details = status["details"]
        self.assertEqual((details["may_create_databases"], details["may_end_sessions"], details["owns_database"]),
                         (False, False, True))
        self.assertFalse(details["pooled"])
        self.assertIn("ALTER ROLE app CREATEDB", status["hint"])
        self.assertIn('server = "local"', status["hint"])
        self.assertNotIn("pg_signal_backend", status["hint"])
        cluster.sql("grant connect on database app to other")
        project.role, project.password = "other", "other"
        self.client(project)
        self.assertIn("GRANT pg_signal_backend TO app", project.json("status")["hint"])
        cluster.sql("alter role app createdb; grant pg_signal_backend to app; alter database app owner to other")
        self.assertIn("ALTER DATABASE app OWNER TO app", project.json("status")["hint"])
        cluster.sql("alter database app owner to app")
        self.assertIsNone(project.json("status")["hint"])

    def test_in_place_without_createdb_as_the_hint_says(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster, "nocreatedb")
        project.ok("migrate")
        project.sql("create table mine ()")
        project.ok("psql", "-c", "DROP OWNED BY CURRENT_USER")
        project.ok("migrate")
        project.ok("seed")
        self.assertEqual(project.sql("select count(*) from item"), "3")
        self.assertEqual(project.sql("select to_regclass('mine') is null"), "t")

    def test_a_server_that_is_down(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster)
        cluster.stop()
        project.variables["DEVKIT_DATABASE_SERVER"] = "external"
        for words in (["up", "--json"], ["wait", "--timeout", "1", "--json"]):
            error = project.fails(1, *words).error
            self.assertIn(error["code"], ("not-listening", "not-ready"))
            self.assertIn('server = "local"', error["hint"])  # nobody's configuration names this port
        self.assertEqual(project.fails(3, "down", "--json").error["code"], "not-owned")
        self.assertEqual(project.fails(1, "logs", "--json").error["code"], "no-log")

    def test_a_frozen_server(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster)
        project.variables["DEVKIT_DATABASE_SERVER"] = "external"
        with postgres.frozen(cluster.process.pid):
            status = project.fails(4, "status", "--json")
            up = project.fails(1, "up", "--timeout", "1", "--json")
        for answer in (status, up):
            self.assertLess(answer.seconds, 6 * devkit.SLOWNESS)
        self.assertEqual(status.result["state"], "unhealthy")
        self.assertIn("accepts connections, but did not answer", status.result["problem"])
        self.assertEqual(up.error["code"], "not-answering")
        project.ok("up")

    def test_sessions_of_another_role(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster).warm()
        cluster.sql("grant connect on database app to other")
        project.role, project.password = "other", "other"
        client = self.client(project)
        project.role, project.password = "app", "secret"
        started = time.monotonic()
        error = project.fails(1, "reset", "--json").error
        self.assertLess(time.monotonic() - started, 12 * devkit.SLOWNESS)
        self.assertEqual(error["code"], "database-in-use")
        self.assertRegex(error["hint"], r'GRANT pg_signal_backend TO "?app"?')
        self.assertIn("other", error["detail"])
        self.assertIsNone(client.poll())
        cluster.sql("grant pg_signal_backend to app")
        self.recovers(project, "spare")
        self.assertIn(b"terminating", client.communicate(b"select 1;\n")[1])

    def test_a_superusers_session(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster).warm()
        client = postgres.subprocess.Popen([postgres.client("psql"), "-XAtq", "-d", cluster.socket_url("app")],
                                           stdin=-1, stdout=-1, stderr=-1)
        self.addCleanup(lambda: (client.kill(), client.communicate()))
        devkit.wait_until(lambda: cluster.sql("select count(*) from pg_stat_activity where datname = 'app'") != "0")
        error = project.fails(1, "reset", "--json").error
        self.assertEqual(error["code"], "database-in-use")
        self.assertIn("postgres", error["detail"])

    def test_what_can_not_be_carried_over(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster)
        cluster.sql("alter database app set app.hidden to 'x'; alter role other in database app set work_mem to '1MB';"
                    " alter database app set log_statement to 'all'")
        notes = project.json("reset")["notes"]
        self.assertEqual(len(notes), 3, notes)
        text = "\n".join(notes)
        self.assertRegex(text, r'GRANT SET ON PARAMETER "?app"?\."?hidden"? TO "?app"?')
        self.assertRegex(text, r'GRANT "?other"? TO "?app"?')
        self.assertRegex(text, r'GRANT SET ON PARAMETER "?log_statement"? TO "?app"?')
        cluster.sql("grant set on parameter app.hidden to app; grant set on parameter log_statement to app")
        project.ok("undo")
        self.assertEqual(len(project.json("reset")["notes"]), 1)
        self.assertEqual(postgres.sql(project.url, "select current_setting('app.hidden')"), "x")

    def test_a_database_of_another_owner(self):
        cluster = self.cluster(self.major)
        project = self.outside(cluster)
        cluster.sql("alter database app owner to other")
        failed = project.fails(1, "reset", "--json").error
        self.assertIn("owner", failed["message"] + str(failed["detail"]))
        self.assertEqual(cluster.sql("select count(*) from pg_database where datname = 'app'"), "1")


if __name__ == "__main__":
    unittest.main()
