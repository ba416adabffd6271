"""A smoke of the tables of test_kill_reset.py and test_kill_work.py: every version, and an ordinary user."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
from killing import KillCase

SPLIT = 2  # parts that tests/run.py runs beside each other
EVERY = 20  # of the points, every 20th


class Smoke(KillCase):
    def smoke(self, **keywords):
        lab = self.lab(**keywords)
        last = self.warm_table(lab, 3, 5)
        self.undo_table(lab, 3, 5)
        self.worker_table(lab, last + EVERY // 2, EVERY)
        lab.configure("templates = 2", "templates = 2\nspare = false")
        self.cold_table(lab, EVERY, EVERY)

    def test_user(self):
        self.smoke(**({"as_user": True} if devkit.is_root() else {}))

    def test_16(self):
        self.smoke(bin_dir=postgres.bin_dir(16))

    def test_17(self):
        self.smoke(bin_dir=postgres.bin_dir(17))

    def test_18(self):
        self.smoke(bin_dir=postgres.bin_dir(18))


if __name__ == "__main__":
    unittest.main()
