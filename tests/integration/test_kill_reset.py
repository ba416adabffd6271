"""SIGKILL at every point of a cold reset, a warm one and an undo."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from killing import KillCase, root_only


@root_only
class EveryPoint(KillCase):
    def test_cold_and_warm_reset(self):
        warm = self.warm_table(self.lab(), 1, 1)
        cold = self.halves(self.cold_table, reset="spare = false")
        print(f"killed at {cold} points of a cold and {warm} of a warm reset")
        self.assertGreaterEqual(cold + warm, 200)

    def test_undo(self):
        # Connecting, the catalog under the lock, the swap: a point before and after each message.
        self.assertGreaterEqual(self.undo_table(self.lab(layers=1), 1, 1), 8)

    def test_no_live_database_yet(self):
        """Where there is nothing old: none, or the new one, complete."""
        lab = self.lab(layers=1, reset="spare = false")
        for point in range(5, 100, 9):
            lab.settle()
            lab.admin("drop database app with (force)")
            lab.next_generation()
            lab.killed(point, "reset")
            if lab.admin("select count(*) from pg_database where datname = 'app'") == "1":
                self.assertEqual(lab.sql("select count(*) from item"), "200", f"point {point}")
            lab.ok("reset")
            self.assertEqual(lab.sql("select name from marker"), f"generation {lab.generation}")
        lab.ok("gc", "--wait")


if __name__ == "__main__":
    unittest.main()
