"""Killing devkit, its worker and its server at any instant: afterwards the live database is the old or the new one,
complete, the next `devkit reset` succeeds, and nothing is left over.

The fault build (`make faults`) kills itself at its N-th point: before and after each message to the server, each
rename, each started program. A table goes through every N until a run gets to its end. The full tables run once, as
root on the system's PostgreSQL; the other versions, and the ordinary user, get a smoke of them."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from engine import EngineCase, EngineProject, faults_build

RUN_ALONE = True
SMOKE = 20  # of the points, every 20th
MIGRATIONS = 14

STATE = """
SELECT (SELECT string_agg(name, ',' ORDER BY name) FROM marker), (SELECT count(*) || md5(string_agg(i::text, '|'
 ORDER BY id)) FROM item i), (SELECT count(*) || md5(string_agg(relname, '|' ORDER BY relname)) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace), datconnlimit, shobj_description(oid, 'pg_database'),
 current_setting('work_mem') FROM pg_database WHERE datname = current_database()"""


class Lab(EngineProject):
    """A project whose databases tell which generation of the recipe they are of."""

    def __init__(self, reset="", layers=MIGRATIONS, **keywords):
        super().__init__(reset=f"templates = 2\n{reset}", migrations={}, seeds={}, **keywords)
        self.layers, self.generation = layers, 0
        self.next_generation()
        self.ok("up")
        self.data_dir = pathlib.Path(self.json("status")["data_dir"])
        self.ok("reset")
        self.admin("comment on database app is 'of the shop'; alter database app set work_mem to '3MB';"
                   " alter database app connection limit 33")
        self.ok("reset")
        self.clean()

    def next_generation(self):
        """Changes the first migration and a seed: nothing that is kept fits any more."""
        self.generation += 1
        name = f"generation {self.generation}"
        self.write("migrations/001_first.sql", f"-- {name}\ncreate table item (id integer primary key, name text);\n"
                                               "create table marker (name text);\n")
        for number in range(2, self.layers + 1):
            self.write(f"migrations/{number:03}_more.sql", f"create table more_{number} (id integer);\n")
        self.write("seeds/1.sql", f"insert into marker values ('{name}');\n")
        self.write("seeds/item.csv", "id,name\n" + "".join(f"{row},{name}\n" for row in range(200)))

    def state(self):
        """What the application sees. A login that waited for the swap may be told to try again."""
        text = self.sql(STATE, check=False)
        if "just been dropped or renamed" in text:
            text = self.sql(STATE, check=False)
        if not text.endswith("|33|of the shop|3MB"):
            raise AssertionError(f"not a complete database: {text}")
        return text

    def killed(self, point, *words):
        """Runs devkit until its N-th point. True when it was killed there, False when it got to its end before."""
        result = self.run(*words, env={"DEVKIT_FAULT_AT": point}, command=[faults_build(), *words])
        if result.rc not in (0, -signal.SIGKILL):
            raise AssertionError(f"at point {point}: {result}")
        return result.rc != 0

    def clean(self):
        """Nothing may be left over once the background's work is done."""
        self.ok("gc", "--wait")
        left = self.counts()
        if set(left) - {"template", "spare", "undo"}:
            self.settle()  # a worker that came late
            left = self.counts()
        if set(left) - {"template", "spare", "undo"} or max(left.values()) > 2 or left["undo"] > 1:
            raise AssertionError(f"left over: {self.kinds()}")


def as_root_here(test):
    return unittest.skipUnless(devkit.is_root() and os.environ.get("DEVKIT_TEST_AS_USER") != "1", "needs root")(test)


class KillCase(EngineCase):
    step = 1

    @classmethod
    def setUpClass(cls):
        faults_build()

    def lab(self, *arguments, **keywords):
        lab = Lab(*arguments, **keywords)
        self.addCleanup(lab.close)
        return lab

    def old_or_new(self, lab, old, new, point):
        state = lab.state()
        self.assertIn(state, (old, new) if new else (old,), f"after the kill at point {point}")
        return state

    def cold_table(self, lab, step):
        """Every layer is built; returns how many points there are."""
        point, outcomes = step, set()
        while True:
            old = lab.state()
            lab.next_generation()
            new = old.replace(f"generation {lab.generation - 1}|", f"generation {lab.generation}|")
            if not lab.killed(point, "reset"):
                break
            state = lab.state()
            name = state.split("|")[0]
            self.assertIn(name, (f"generation {lab.generation - 1}", f"generation {lab.generation}"), f"point {point}")
            if name == old.split("|")[0]:
                self.assertEqual(state, old, f"point {point}")
            outcomes.add("old" if state == old else "new")
            lab.ok("reset")
            self.assertEqual(lab.state().split("|")[0], f"generation {lab.generation}", f"point {point}")
            self.assertEqual(lab.state().split("|")[2:], new.split("|")[2:], f"point {point}")
            lab.clean()
            point += step
        lab.settle()
        lab.clean()
        self.assertEqual(outcomes, {"old", "new"} if step == 1 else outcomes)
        return point - 1

    def warm_table(self, lab, step):
        """The spare is there: two renames. Old has a row that new has not."""
        point, outcomes = step, set()
        lab.ok("reset")
        lab.clean()
        new = lab.state()
        while True:
            lab.sql("insert into marker values ('mine')")
            old = lab.state()
            if not lab.killed(point, "reset"):
                break
            outcomes.add(self.old_or_new(lab, old, new, point) == new)
            self.assertIn(lab.json("reset")["source"], ("spare", "template"))
            self.assertEqual(lab.state(), new, f"point {point}")
            lab.clean()
            point += step
        lab.settle()
        lab.clean()
        self.assertEqual(outcomes, {True, False} if step == 1 else outcomes)
        return point - 1

    def undo_table(self, lab, step):
        point = step
        lab.sql("insert into marker values ('mine')")
        lab.ok("reset")
        sides = {lab.state()}
        lab.ok("undo")
        sides.add(lab.state())
        self.assertEqual(len(sides), 2)
        while True:
            old = lab.state()
            (new,) = sides - {old}
            if not lab.killed(point, "undo"):
                break
            before = self.old_or_new(lab, old, new, point)
            lab.ok("undo")
            (other,) = sides - {before}
            self.assertEqual(lab.state(), other, f"point {point}")
            lab.clean()
            point += step
        lab.ok("reset")
        lab.clean()
        return point - 1

    def worker_table(self, lab, step):
        """The worker has a spare to fill, a stale one and leftovers to sweep."""
        point = step
        while True:
            names = lab.kinds()
            lab.admin("".join(f"drop database {name};" for name in names["spare"])
                      + f"create database devkit_building_{lab.scope}_x owner app;"
                      f"create database devkit_filling_{lab.scope}_x owner app;"
                      f"create database devkit_undo_{lab.scope}_0 owner app;")
            old = lab.state()
            killed = lab.killed(point, "maintain", "migrate", "seed")
            self.assertEqual(lab.state(), old)
            lab.clean()
            self.assertEqual(lab.counts(), {"template": 2, "spare": 1, "undo": 1}, f"point {point}")
            if not killed:
                break
            point += step
        self.assertEqual(lab.source(), "spare")
        return point - 1

    def in_place_table(self, lab, step):
        """The promise is "old or new" after the next command. A template would make it a plain swap: there is none."""
        point = 1
        while True:
            old = lab.state()
            lab.next_generation()
            killed = lab.killed(point, "reset")
            lab.ok("gc")
            state = lab.state()
            self.assertIn(state.split("|")[0], (f"generation {lab.generation - 1}", f"generation {lab.generation}"))
            if state.split("|")[0] == old.split("|")[0]:
                self.assertEqual(state, old, f"point {point}")
            lab.ok("reset")
            self.assertEqual(lab.state().split("|")[0], f"generation {lab.generation}", f"point {point}")
            lab.clean()
            if not killed:
                break
            point += step
        return point - 1


@as_root_here
class FullTable(KillCase):
    def test_cold_and_warm_reset(self):
        lab = self.lab()
        warm = self.warm_table(lab, 1)
        lab.configure("templates = 2", "templates = 2\nspare = false")
        cold = self.cold_table(lab, 1)
        print(f"killed at {cold} points of a cold and {warm} of a warm reset")
        self.assertGreaterEqual(cold + warm, 200)

    def test_undo(self):
        self.assertGreater(self.undo_table(self.lab(layers=1), 1), 8)

    def test_worker(self):
        self.assertGreater(self.worker_table(self.lab(layers=1), 1), 40)

    def test_in_place(self):
        self.assertGreater(self.in_place_table(self.lab(reset='mode = "in-place"\nspare = false', layers=3), 4), 60)

    def test_no_live_database_yet(self):
        """Also where there is nothing old: none, or the new one, complete."""
        lab = self.lab(layers=1, reset="spare = false")
        for point in range(5, 100, 9):
            lab.settle()
            lab.admin('drop database app with (force)')
            lab.next_generation()
            lab.killed(point, "reset")
            there = lab.admin("select count(*) from pg_database where datname = 'app'")
            if there == "1":
                self.assertEqual(lab.sql("select count(*) from item"), "200", f"point {point}")
            lab.ok("reset")
            self.assertEqual(lab.sql("select name from marker"), f"generation {lab.generation}")
        lab.ok("gc", "--wait")

    def test_at_random_times(self):
        """For real: the plain build, SIGKILL whenever it comes, cold, warm and undo; the worker as well."""
        lab = self.lab(layers=4)
        choose = random.Random(os.environ.get("DEVKIT_TEST_SEED", "1"))
        for number in range(30):
            words, longest = choose.choice((("reset", 0.5), ("reset", 0.05), ("undo", 0.04)))
            if longest > 0.1:
                lab.next_generation()
            lab.sql(f"insert into marker values ('mine {number}')")
            old = lab.state().split("|")
            child = lab.popen(words)
            time.sleep(choose.uniform(0, longest))
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            for pid in devkit.processes_of(lab.root) if number % 3 == 0 else []:
                if b"maintain" in devkit.command_line(pid):
                    os.kill(pid, signal.SIGKILL)
            self.assertEqual(len(lab.state().split("|")), len(old))
            self.assertIn("generation", lab.state())
            lab.ok("reset")
            self.assertEqual(lab.state().split("|")[0], f"generation {lab.generation}", f"round {number}")
            lab.clean()

    def orphans(self, lab):
        known = set(lab.admin("select oid from pg_database").split("\n"))
        return {entry.name for entry in (lab.data_dir / "base").iterdir()
                if entry.name.isdigit()} - known

    def crash_table(self, lab, rounds, sign):
        choose = random.Random(os.environ.get("DEVKIT_TEST_SEED", "1"))
        for number in range(rounds):
            lab.sql("insert into marker values ('mine')")
            lab.next_generation()
            old = lab.state().split("|")
            pid = int((lab.data_dir / "postmaster.pid").read_text().split("\n")[0])
            child = lab.popen("reset")
            time.sleep(choose.uniform(0, 0.5))
            os.kill(pid, sign)
            child.communicate(timeout=60)
            self.assertIn(child.returncode, (0, 1))
            devkit.wait_until(lambda: not devkit.is_running(pid), 30, "the postmaster's end")
            lab.ok("up")
            state = lab.state().split("|")
            self.assertIn(state[0], (old[0], f"generation {lab.generation}"), f"round {number}")
            if state[0] == old[0]:
                self.assertEqual(state, old)
            lab.ok("reset")
            self.assertEqual(lab.state().split("|")[0], f"generation {lab.generation}")
            lab.clean()
            self.assertEqual(self.orphans(lab), set(), f"round {number}")

    def test_the_server_is_killed(self):
        self.crash_table(self.lab(layers=4, server=""), 7, signal.SIGKILL)

    def test_the_server_stops_at_once(self):
        self.crash_table(self.lab(layers=4, server=""), 4, signal.SIGQUIT)

    def test_files_of_an_interrupted_copy_are_swept(self):
        lab = self.lab(layers=1)
        base = lab.data_dir / "base"
        owner = base.stat()
        for number in (987654321, 1, 987654322):
            folder = base / str(number)
            if number != 1:
                folder.mkdir()
                (folder / "16384").write_text("x" * 8192)
                os.chown(folder, owner.st_uid, owner.st_gid)
        lab.settle()
        lab.ok("restart")
        young = base / "987654323"
        young.mkdir()
        removed = lab.json("gc")["removed"]
        self.assertEqual({pathlib.Path(name).name for name in removed}, {"987654321", "987654322"})
        self.assertTrue(young.exists(), "it may be of a CREATE DATABASE that runs")
        self.assertTrue((base / "1").exists())
        young.rmdir()

    def test_full_disk(self):
        mount = self.scratch()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=260m,mode=755", "devkit-test", mount]).returncode:
            self.skipTest("needs root")  # a container without the right to mount is an ordinary user's world
        self.addCleanup(subprocess.run, ["umount", "-l", mount])
        lab = self.lab(layers=2, server=f'data_dir = "{mount}/cluster"\nsettings = {{ max_wal_size = "64MB" }}\n')
        self.addCleanup(lab.run, "down")
        filler, failures = mount / "filler", 0
        for left_mb in (0, 1, 3, 6, 9, 12, 16, 22):
            lab.settle()
            lab.next_generation()
            lab.sql("checkpoint", check=False)
            old = lab.state().split("|")
            free = os.statvfs(mount).f_bavail * os.statvfs(mount).f_frsize
            with open(filler, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, free - left_mb * 1024 * 1024))
            failed = lab.run("reset", "--json")
            self.assertIn(failed.rc, (0, 1), str(failed))
            if failed.rc:
                failures += 1
                self.assertTrue(failed.error["message"], str(failed))
            filler.unlink()
            lab.ok("up")  # a disk without room for WAL ends the server
            state = lab.state().split("|")
            self.assertIn(state[0], (old[0], f"generation {lab.generation}"), f"{left_mb} MB left")
            if state[0] == old[0]:
                self.assertEqual(state, old)
            lab.ok("reset")
            self.assertEqual(lab.state().split("|")[0], f"generation {lab.generation}")
            lab.clean()
        self.assertGreater(failures, 2)
        lab.settle()
        lab.ok("down")


class Smoke(KillCase):
    """Some of the points, on every version and as an ordinary user."""

    def smoke(self, **keywords):
        lab = self.lab(**keywords)
        self.warm_table(lab, 5)
        self.undo_table(lab, 5)
        self.worker_table(lab, SMOKE)
        lab.configure("templates = 2", "templates = 2\nspare = false")
        self.cold_table(lab, SMOKE)

    def test_as_a_user(self):
        if not devkit.is_root():
            return self.smoke()
        self.smoke(as_user=True)

    def test_16(self):
        self.smoke(bin_dir=postgres.bin_dir(16))

    def test_17(self):
        self.smoke(bin_dir=postgres.bin_dir(17))

    def test_18(self):
        self.smoke(bin_dir=postgres.bin_dir(18))


if __name__ == "__main__":
    unittest.main()
