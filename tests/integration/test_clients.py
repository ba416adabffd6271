"""Sixteen clients that reconnect without pause while the database is reset under them: every reset succeeds, and the
clients see connection errors at most, never a database that is half one and half another."""
import collections
import pathlib
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from engine import EngineCase

SPLIT = 2  # parts that tests/run.py runs beside each other
CLIENTS = 16
RESETS = 50
# ended by an administrator; just been dropped or renamed; cut off before anything was said
EXPECTED = ("terminating connection due to administrator command", "just been dropped or renamed",
            "server closed the connection unexpectedly", "does not exist", "SSL connection has been closed unexpectedly",
            "could not create connection for setup")
CHECK = """begin isolation level repeatable read;
select count(*) as many, ascii(min(generation)) as one, ascii(max(generation)) as other from first_half \\gset
select 1 / (case when :many = 200 and :one = :other and count(*) = 300 and bool_and(ascii(generation) = :one)
 then 1 else 0 end) from second_half;
commit;
"""


class Clients(EngineCase):
    def lively(self, **keywords):
        project = self.small(reset="undo = 1\ntemplates = 4", migrations={
            "001.sql": "create table first_half (generation text); create table second_half (generation text);"},
            seeds={}, **keywords)
        self.seed(project, "a")
        return project.warm()

    def seed(self, project, name):
        project.write("seeds/1.sql", f"insert into first_half select '{name}' from generate_series(1, 200);\n")
        project.write("seeds/2.sql", f"insert into second_half select '{name}' from generate_series(1, 300);\n")

    def resets(self, project, sources):
        """RESETS times: mostly the spare, sometimes another recipe's template, sometimes back."""
        for number in range(RESETS):
            if number % 10 == 5:
                self.seed(project, "b" if number % 20 == 5 else "a")
            words = ("undo",) if number % 17 == 16 else ("reset",)
            started = time.monotonic()
            sources[project.json(*words)["source"]] += 1
            self.longest = max(self.longest, time.monotonic() - started)
            time.sleep(0.03)  # let the clients in again

    def test_pgbench(self):
        """pgbench ends a client whose connection failed: it is started again and again."""
        program = postgres.client("pgbench")
        if not postgres.shutil.which(program):
            self.skipTest("pgbench is not installed")
        project = self.lively()
        script = project.write("../check.sql", CHECK)
        stop, complaints, good = threading.Event(), collections.Counter(), []

        def bench(clients):
            while not stop.is_set():
                done = subprocess.run([program, "-n", "-C", "-c", str(clients), "-j", "2", "-t", "60", "-f", script,
                                       project.url], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                      env=postgres.client_environment())
                found = postgres.re.search(r"actually processed: (\d+)", done.stdout)
                good.append(int(found[1]) if found else 0)
                for line in done.stderr.split("\n"):
                    if "ERROR" in line or "FATAL" in line or "error" in line:
                        complaints[line.split("failed: ")[-1]] += 1

        self.longest, sources = 0, collections.Counter()
        threads = [threading.Thread(target=bench, args=(CLIENTS // 4,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            self.resets(project, sources)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        print(f"pgbench: {sum(good)} good transactions, resets {dict(sources)}, longest {self.longest:.2f} s")
        self.assertGreater(sum(good), 200)
        self.assertEqual([line for line in complaints if not any(text in line for text in EXPECTED)
                          and "aborted" not in line], [])
        self.assertFalse([line for line in complaints if "division" in line])
        self.assertGreater(sources["spare"], 5)

    def test_libpq_clients(self):
        try:
            import psycopg2
        except ImportError:
            self.skipTest("python3-psycopg2 is not installed")
        project = self.lively()
        stop, seen, mixed, errors = threading.Event(), collections.Counter(), [], collections.Counter()

        def client():
            while not stop.is_set():
                try:
                    connection = psycopg2.connect(project.url)
                    try:
                        for _ in range(3):
                            with connection.cursor() as cursor:
                                cursor.execute("select count(*), min(generation), max(generation) from first_half")
                                first = cursor.fetchone()
                                cursor.execute("select count(*), min(generation), max(generation) from second_half")
                                second = cursor.fetchone()
                            connection.rollback()
                            if first[0] != 200 or second[0] != 300 or len({*first[1:], *second[1:]}) != 1:
                                mixed.append((first, second))
                            seen[first[1]] += 1
                    finally:
                        connection.close()
                except (psycopg2.OperationalError, psycopg2.InterfaceError) as failure:
                    errors[str(failure).strip().split("\n")[0]] += 1
                except psycopg2.Error as failure:
                    mixed.append(str(failure))

        self.longest, sources = 0, collections.Counter()
        threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            self.resets(project, sources)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        print(f"{sum(seen.values())} good reads, {sum(errors.values())} connection errors, resets {dict(sources)}, "
              f"longest {self.longest:.2f} s")
        self.assertEqual(mixed, [])
        self.assertEqual(set(seen), {"a", "b"})
        unexpected = [text for text in errors if not any(known in text for known in EXPECTED + ("connection already"
                                                                                                " closed",))]
        self.assertEqual(unexpected, [])
        self.assertGreater(sources["spare"], 5)
        project.settle()
        project.ok("gc", "--wait")
        self.assertEqual(set(project.counts()), {"template", "spare", "undo"})


if __name__ == "__main__":
    unittest.main()
