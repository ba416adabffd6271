"""status: what a connection test finds out, and a health check by its exit status."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from devkit import Case


class Status(Case):
    def test_a_healthy_project(self):
        project = self.project(env={})
        project.copy(devkit.TOP / "templates/demo")
        project.write(".env", f"DATABASE_URL={project.url_of(scheme='postgresql+asyncpg')}\nDATABASE_POOL_SIZE=5\n"
                              "DATABASE_MAX_OVERFLOW=10\nDATABASE_POOL_TIMEOUT=30\nDATABASE_POOL_RECYCLE=1800\n")
        project.ok("up")
        project.ok("reset")
        project.ok("reset")
        project.ok("gc", "--wait")
        found = project.json("status")
        self.assertIs(found["healthy"], True)
        self.assertEqual(found["state"], "ready")
        self.assertEqual(found["url"], f"postgresql+asyncpg://app:***@127.0.0.1:{project.port}/app")
        self.assertEqual((found["variable"], found["origin"], found["driver"]), ("DATABASE_URL", ".env:1", "asyncpg"))
        self.assertEqual(found["pool"], {"size": 5, "max_overflow": 10, "timeout": 30, "recycle": 1800})
        size = int(project.sql("select pg_database_size(current_database())"))
        self.assertAlmostEqual(found["size_bytes"], size, delta=size // 10)
        self.assertEqual(found["connections"]["max"], int(project.sql("show max_connections")))
        self.assertGreaterEqual(found["connections"]["used"], 1)
        self.assertGreaterEqual(found["connect_ms"], 0)
        files = len(list((project.path / "migrations").glob("*.sql")))
        self.assertEqual((found["migrations"]["applied"], found["migrations"]["pending"]), (files, []))
        self.assertEqual((found["kept"]["spare"], found["kept"]["undo"]), (1, 1))
        said = project.ok("status").stdout
        for text in ("state        ready\n", f"app:***@127.0.0.1:{project.port}/app (DATABASE_URL, .env:1)\n",
                     "driver       asyncpg, pool of 5, overflow 10, time-out 30 s, recycled after 1800 s\n",
                     f"migrations   {files} applied, 0 pending\n", "kept         1 spare, 1 undo, "):
            self.assertIn(text, said)
        self.assertNotIn("secret", said)

    def test_pending_migrations(self):
        project = self.project()
        project.write("migrations/001_a.sql", "create table a ();\n")
        project.ok("up")
        found = project.json("status")
        self.assertTrue(found["healthy"])
        self.assertEqual((found["migrations"]["applied"], [x["name"] for x in found["migrations"]["pending"]]),
                         (0, ["001_a"]))
        self.assertIn("migrations   0 applied, 1 pending (next: 001_a)\n", project.ok("status").stdout)

    def test_unhealthy(self):
        project = self.project()
        for words in ([], ["up"], ["down"]):
            if words:
                project.ok(*words)
            if words != ["up"]:
                answer = project.fails(4, "status", "--json").json
                self.assertTrue(answer["ok"])
                self.assertIs(answer["result"]["healthy"], False)
                self.assertNotIn("connections", answer["result"])

    def test_a_frozen_server(self):
        """One that takes connections and says nothing is said to be so, and soon."""
        project = self.project()
        project.ok("up")
        with postgres.frozen(project.json("status")["pid"]):
            status = project.fails(4, "status", "--json")
            waited = project.fails(1, "wait", "--timeout", "1", "--json")
        for answer in (status, waited):
            self.assertLess(answer.seconds, 8 * devkit.SLOWNESS)
        self.assertEqual((status.result["state"], status.result["healthy"]), ("unhealthy", False))
        self.assertIn("accepts connections, but did not answer", status.result["problem"])
        self.assertEqual(waited.error["code"], "not-ready")
        self.assertIn("accepts connections, but did not answer", waited.error["detail"])
        self.assertTrue(project.json("status")["healthy"])

    def test_slowest_statements(self):
        cluster = self.cluster(settings={"shared_preload_libraries": "'pg_stat_statements'"})
        cluster.sql("create role app login password 'secret'")
        cluster.sql("create database app owner app")
        cluster.sql("create extension pg_stat_statements", "app")
        project = self.project(env={}, config='[database]\nserver = "external"\n')
        project.port = cluster.port
        project.write(".env", f"DATABASE_URL={project.url}\n")
        project.sql("select pg_sleep(0.2)")
        project.sql("alter role app password 'secret'")
        slowest = project.json("status")["slowest"]
        self.assertIn("pg_sleep", slowest[0]["query"])
        self.assertGreater(slowest[0]["mean_ms"], 199)
        self.assertNotIn("alter", str(slowest).lower())
        self.assertRegex(project.ok("status").stdout, r"slowest      2\d\d\.\d ms × 1: select pg_sleep")

    def test_an_extension_without_its_library(self):
        cluster = self.cluster()
        cluster.sql("create role app login password 'secret'")
        cluster.sql("create database app owner app")
        cluster.sql("create extension pg_stat_statements", "app")
        project = self.project(env={}, config='[database]\nserver = "external"\n')
        project.port = cluster.port
        project.write(".env", f"DATABASE_URL={project.url}\n")
        found = project.json("status")
        self.assertTrue(found["healthy"])
        self.assertNotIn("slowest", found)


if __name__ == "__main__":
    unittest.main()
