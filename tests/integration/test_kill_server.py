"""The server dies in the middle of a reset, or has no room left: nothing is lost, nothing stays behind."""
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
from killing import KillCase, root_only


@root_only
class Server(KillCase):
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
        for number in (987654321, 987654322):
            folder = base / str(number)
            folder.mkdir()
            (folder / "16384").write_text("x" * 8192)
            os.chown(folder, owner.st_uid, owner.st_gid)
        lab.settle()
        creating = lab.popen(stdin=subprocess.PIPE, command=[
            postgres.client("psql"), "-XAtq", "-h", lab.socket, "-p", lab.port, "-U", "devkit_admin", "-d", "postgres"])
        creating.stdin.write(b"begin; lock table pg_database in row exclusive mode; select 'locked';\n")
        creating.stdin.flush()
        self.assertEqual(creating.stdout.readline(), b"locked\n")
        self.assertEqual(lab.json("gc")["removed"], [], "they may be of a CREATE DATABASE that runs")
        creating.communicate()
        removed = lab.json("gc")["removed"]
        self.assertEqual({pathlib.Path(name).name for name in removed}, {"987654321", "987654322"})
        self.assertTrue((base / "1").exists())
        self.assertEqual(self.orphans(lab), set())

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
            self.assertNotIn("spare", lab.counts(), "a short disk is not filled with spares")
        self.assertGreater(failures, 2)
        lab.settle()
        lab.ok("down")


if __name__ == "__main__":
    unittest.main()
