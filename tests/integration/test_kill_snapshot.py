"""SIGKILL at every point of saving and restoring, for each kind: a snapshot is whole or not there, the live database
is the old or the restored one, and the next run sweeps what was left."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from killing import KillCase, root_only


@root_only
class EveryPoint(KillCase):
    def snapshots(self, lab):
        return [entry["name"] for entry in lab.json("snapshot", "list")["snapshots"]]

    def swept(self, lab, kept, server=True):
        """Nothing but these snapshots is left, in the folder and (unless it was no concern of it) on the server."""
        lab.ok("snapshot", "prune")
        if server:
            lab.clean()
        self.assertEqual(self.snapshots(lab), kept)
        folder = lab.path / ".devkit/snapshots"
        files = os.listdir(folder) if folder.exists() else []
        self.assertLessEqual(len(files), len(kept), files)

    def save_table(self, lab, kind):
        point, outcomes, state = 1, set(), lab.state()
        while True:
            killed = lab.killed(point, "snapshot", "save", "one", "--kind", kind)
            there = self.snapshots(lab) == ["one"]
            self.assertTrue(there or killed, f"point {point}")
            self.assertEqual(lab.state(), state, f"point {point}")
            self.assertFalse(lab.kinds()["replaced"])
            if there:
                lab.ok("snapshot", "verify")
                self.swept(lab, ["one"])
                lab.ok("snapshot", "restore", "one")
                self.assertEqual(lab.state(), state, f"point {point}")
                lab.ok("snapshot", "rm", "one")
                lab.settle()
            self.swept(lab, [], server=there or kind == "clone")
            outcomes.add(there)
            if not killed:
                break
            point += 1
        self.assertEqual(outcomes, {True, False})
        return point - 1

    def restore_table(self, lab, kind):
        """Old has a row that the snapshot has not."""
        lab.ok("snapshot", "save", "one", "--kind", kind)
        new, point, outcomes = lab.state(), 1, set()
        while True:
            lab.sql("insert into marker values ('mine')")
            old = lab.state()
            killed = lab.killed(point, "snapshot", "restore", "one")
            state = lab.state()
            self.assertIn(state, (old, new), f"point {point}")
            outcomes.add(state == new)
            lab.settle()
            lab.ok("snapshot", "restore", "one")
            self.assertEqual(lab.state(), new, f"point {point}")
            self.swept(lab, ["one"])
            if not killed:
                break
            point += 1
        self.assertEqual(outcomes, {True, False})
        return point - 1

    def test_dump(self):
        saved = self.save_table(self.lab(layers=1), "dump")
        restored = self.restore_table(self.lab(layers=1), "dump")
        print(f"killed at {saved} points of saving and {restored} of restoring a dump")

    def test_clone(self):
        saved = self.save_table(self.lab(layers=1), "clone")
        restored = self.restore_table(self.lab(layers=1), "clone")
        print(f"killed at {saved} points of saving and {restored} of restoring a clone")


if __name__ == "__main__":
    unittest.main()
