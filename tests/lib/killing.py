"""A laboratory for killing devkit, its worker and its server, and for looking at what is left.

The fault build (`make faults`) kills itself at its N-th point: before and after each message to the server, each
rename, each started program. A table goes through every N until a run gets to its end, in two laboratories at once
where it is long. After each kill the live database is the old or the new one, complete; the next `devkit reset`
succeeds; nothing is left over."""
import os
import pathlib
import signal
import threading
import unittest

import devkit
from engine import EngineCase, EngineProject, faults_build

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


def root_only(test):
    """Tables that run once, as root."""
    there = devkit.is_root() and os.environ.get("DEVKIT_TEST_AS_USER") != "1"
    return unittest.skipUnless(there, "needs root")(test)


@unittest.skipIf(devkit.SANITIZED, "too slow under sanitizers")
class KillCase(EngineCase):
    @classmethod
    def setUpClass(cls):
        faults_build()

    def lab(self, *arguments, **keywords):
        lab = Lab(*arguments, **keywords)
        self.addCleanup(lab.close)
        return lab

    def halves(self, table, **keywords):
        """Runs table(lab, first, 2) in two laboratories, which share the points; the higher of the answers."""
        answers, failures = [], []

        def run(first):
            try:
                answers.append(table(self.lab(**keywords), first, 2))
            except BaseException as failure:
                failures.append(failure)
        threads = [threading.Thread(target=run, args=(first,)) for first in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return max(answers)

    def a_generation(self, lab, old, point):
        """Live is of the last generation, untouched, or of the new one, complete; True when it is the new one."""
        state = lab.state()
        if state.split("|")[0] == f"generation {lab.generation}":
            self.assertEqual(state.split("|")[2:], old.split("|")[2:], f"point {point}")
            self.assertTrue(state.split("|")[1].startswith("200"), state)
            return True
        self.assertEqual(state, old, f"point {point}")
        return False

    def cold_table(self, lab, first, step):
        """Every layer is built; returns how many points there are."""
        point, outcomes = first, set()
        while True:
            old = lab.state()
            lab.next_generation()
            killed = lab.killed(point, "reset")
            if not killed:
                break
            outcomes.add(self.a_generation(lab, old, point))
            lab.ok("reset")
            self.assertTrue(self.a_generation(lab, old, point))
            lab.clean()
            point += step
        lab.settle()
        lab.clean()
        if step < 3:
            self.assertEqual(outcomes, {True, False})
        return point - 1

    def warm_table(self, lab, first, step):
        """The spare is there: two renames. Old has a row that new has not."""
        point, outcomes = first, set()
        lab.ok("reset")
        lab.clean()
        new = lab.state()
        while True:
            lab.sql("insert into marker values ('mine')")
            old = lab.state()
            if not lab.killed(point, "reset"):
                break
            state = lab.state()
            self.assertIn(state, (old, new), f"point {point}")
            outcomes.add(state == new)
            self.assertIn(lab.json("reset")["source"], ("spare", "template"))
            self.assertEqual(lab.state(), new, f"point {point}")
            lab.clean()
            point += step
        lab.settle()
        lab.clean()
        if step == 1:
            self.assertEqual(outcomes, {True, False})
        return point - 1

    def undo_table(self, lab, first, step):
        point = first
        lab.sql("insert into marker values ('mine')")
        sides = {lab.state()}
        lab.ok("reset")
        sides.add(lab.state())
        self.assertEqual(len(sides), 2)
        while True:
            old = lab.state()
            if not lab.killed(point, "undo"):
                break
            before = lab.state()
            self.assertIn(before, sides, f"point {point}")
            lab.ok("undo")
            self.assertEqual({before, lab.state()}, sides, f"point {point}")
            lab.clean()
            point += step
        self.assertEqual({old, lab.state()}, sides)
        lab.ok("reset")
        lab.clean()
        return point - 1

    def worker_table(self, lab, first, step):
        """Points beyond those of a warm reset are its worker's: it inherits the number to die at. What one that
        was killed left is what the next one finds; the last look is `gc --wait`'s."""
        point, log = first, lab.write("../points", "", mode=0o666)
        new = lab.state()
        while True:
            log.write_text("")
            lab.sql("insert into marker values ('mine')")
            lab.run("reset", command=[faults_build(), "reset"],
                    env={"DEVKIT_FAULT_AT": point, "DEVKIT_FAULT_LOG": str(log)})
            lab.settle()
            self.assertEqual(lab.state(), new, f"point {point}")
            numbers = [int(line.split()[0]) for line in log.read_text().splitlines()]
            if point not in numbers:
                break
            lab.clean()
            self.assertEqual(lab.counts(), {"template": 2, "spare": 1, "undo": 1}, f"point {point}")
            point += step
        lab.clean()
        self.assertEqual(lab.source(), "spare")
        return point - 1

    def in_place_table(self, lab, first, step):
        """The promise is "old or new" after the next command."""
        point = first
        while True:
            old = lab.state()
            lab.next_generation()
            killed = lab.killed(point, "reset")
            lab.ok("gc")
            self.a_generation(lab, old, point)
            lab.ok("reset")
            self.assertTrue(self.a_generation(lab, old, point))
            lab.clean()
            if not killed:
                break
            point += step
        return point - 1
