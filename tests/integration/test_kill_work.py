"""SIGKILL at every point of the background worker, at some of an in-place build, and at random times."""
import os
import pathlib
import random
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
from killing import KillCase, root_only


@root_only
class Work(KillCase):
    def test_worker(self):
        lab = self.lab(layers=1)
        first = self.warm_table(lab, 1, 4) + 1
        self.assertGreater(self.worker_table(lab, first - 4, 1), 40)

    def test_in_place(self):
        last = self.in_place_table(self.lab(reset='mode = "in-place"\nspare = false', layers=3), 2, 5)
        self.assertGreater(last, 60)

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


if __name__ == "__main__":
    unittest.main()
