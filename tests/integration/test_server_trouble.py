"""The local server in trouble: whatever it is ends in one clear message, the server's own words, and no damage."""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import devkit
import postgres
from devkit import Case
from test_server_local import postmaster, set_url


class Trouble(Case):
    def test_stale_pid_file_of_a_dead_process(self):
        project = self.project()
        project.ok("up")
        os.kill(postmaster(project), signal.SIGKILL)
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        project.ok("up")
        self.assertEqual(project.sql("SELECT 1"), "1")

    def test_status_says_what_can_be_known(self):
        project = self.project()
        version = project.json("up")["version"]
        set_url(project, database="other")
        status = project.fails(4, "status", "--json").result
        self.assertEqual((status["state"], status["version"]), ("unhealthy", version))
        project.ok("down")
        with socket.create_server(("127.0.0.1", project.port)):
            status = project.fails(4, "status", "--json").result
            self.assertEqual((status["state"], status["version"]), ("stopped", version))
            self.assertIn(f"port {project.port} is taken by", status["problem"])
        self.assertIsNone(project.fails(4, "status", "--json").result["problem"])

    def test_data_that_was_deleted_under_a_running_server(self):
        project = self.project()
        project.ok("up")
        pid = postmaster(project)
        devkit.remove_tree(project.path / ".devkit")
        for words in (["up"], ["reset"]):
            error = project.fails(1, *words, "--json").error
            self.assertEqual(error["code"], "data-deleted")
            self.assertIn(f"pid {pid}", error["message"])
        self.assertFalse((project.path / ".devkit/postgres").exists())
        self.assertIn(f"kill -QUIT {pid}", project.fails(4, "status", "--json").result["hint"])
        os.kill(pid, signal.SIGQUIT)
        devkit.wait_until(lambda: not devkit.is_running(pid), 20, "the old server's end")
        project.ok("up")

    def test_forgotten_url_of_a_running_server(self):
        project = self.project(env={})
        first = project.json("up")
        (project.path / ".devkit/local.url").unlink()
        status = project.fails(4, "status", "--json").result
        self.assertEqual(status["state"], "unhealthy")
        self.assertIn("devkit up", status["hint"])
        self.assertIn("not-ready", project.fails(1, "wait", "--timeout", "0", "--json").stdout)
        again = project.json("up")
        self.assertEqual((again["port"], again["pid"]), (first["port"], first["pid"]))
        self.assertEqual(project.json("status")["state"], "ready")

    def test_stale_pid_file_with_another_program_s_pid(self):
        project = self.project()
        project.ok("up")
        file = project.path / ".devkit/postgres/postmaster.pid"
        lines = file.read_text().split("\n")
        project.ok("down")
        owner = (project.path / ".devkit/postgres").stat()
        other = subprocess.Popen(["sleep", "60"], **devkit.account_arguments(project.account or postgres.SERVER_ACCOUNT))
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        file.write_text("\n".join([str(other.pid)] + lines[1:]))
        os.chown(file, owner.st_uid, owner.st_gid)
        project.ok("up")
        self.assertIsNone(other.poll(), "the other program must live on")
        self.assertEqual(project.sql("SELECT 1"), "1")

    def test_a_socket_folder_that_was_cleaned_away(self):
        project = self.project()
        sockets = pathlib.Path(project.json("up")["socket_dir"])
        pid = postmaster(project)
        devkit.remove_tree(sockets)
        self.assertIn("socket", project.ok("up").stderr)
        self.assertNotEqual(postmaster(project), pid)
        devkit.remove_tree(sockets)
        project.ok("reset")

    def test_broken_pid_file(self):
        project = self.project()
        project.ok("up")
        project.ok("down")
        owner = (project.path / ".devkit/postgres").stat()
        file = project.path / ".devkit/postgres/postmaster.pid"
        file.write_text("")
        os.chown(file, owner.st_uid, owner.st_gid)
        project.ok("up")

    def test_crashed_server_recovers(self):
        project = self.project()
        project.ok("up")
        project.sql("CREATE TABLE kept AS SELECT generate_series(1, 100000) AS id")
        os.kill(postmaster(project), signal.SIGQUIT)
        project.ok("up")
        self.assertEqual(project.sql("SELECT count(*) FROM kept"), "100000")

    def test_taken_port_names_its_holder(self):
        project = self.project()
        holder = socket.create_server(("127.0.0.1", project.port))
        self.addCleanup(holder.close)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn(str(project.port), error["message"])
        if project.account is None:
            self.assertIn(f"pid {os.getpid()}", error["message"])
            self.assertIn("python", error["message"])
        holder.close()
        project.ok("up")

    def test_port_taken_on_one_address_of_two(self):
        port = devkit.free_port()
        try:
            holder = socket.create_server(("::1", port), family=socket.AF_INET6)
        except OSError:
            self.skipTest("needs IPv6")
        self.addCleanup(holder.close)
        project = self.project(env={"DATABASE_URL": f"postgresql://app:secret@localhost:{port}/app"},
                               config='[database]\nserver = "local"\n')
        self.assertEqual(project.fails(1, "up", "--json").error["code"], "port-taken")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")

    def test_data_folder_of_another_major_version(self):
        project = self.project()
        project.ok("up")
        project.ok("down")
        (project.path / ".devkit/postgres/PG_VERSION").write_text("9\n")
        error = project.fails(1, "up", "--json").error
        self.assertIn("PostgreSQL 9", error["message"])
        (project.path / ".devkit/postgres/PG_VERSION").write_text(f"{postgres.default_major()}\n")
        project.write(".devkit.toml", "[server.local]\nversion = 99\n")
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "data-version")
        self.assertIn("99", error["message"])
        self.assertIn(str(postgres.default_major()), error["message"])

    def test_missing_programs_name_the_package(self):
        empty = self.scratch()
        project = self.project(bin_dir=str(empty))
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "program-missing")
        self.assertTrue(error["hint"])

    def test_bad_setting_shows_the_server_s_own_words(self):
        project = self.project(server='settings = { no_such_thing = "1" }\n')
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "settings-invalid")
        self.assertIn("no_such_thing", error["detail"])
        project.write(".devkit.toml", "")
        project.ok("up")

    def test_missing_locale_falls_back(self):
        project = self.project(cache="own")
        result = project.ok("up", env={"LC_ALL": "xx_YY.UTF-8"})
        self.assertIn("xx_YY.UTF-8", result.stderr)

    def test_foreign_files_are_left_alone(self):
        project = self.project()
        project.write(".devkit/postgres/precious.txt", "mine")
        self.assertEqual(project.fails(3, "up", "--json").error["code"], "foreign-data")
        self.assertEqual(project.read(".devkit/postgres/precious.txt"), "mine")
        self.assertEqual([name for name in os.listdir(project.path / ".devkit") if "building" in name], [])

    def test_a_cluster_devkit_did_not_make_is_left_alone(self):
        cluster = self.cluster()
        cluster.stop()
        project = self.project(server=f'data_dir = "{cluster.data}"\n')
        self.assertEqual(project.fails(3, "up", "--json").error["code"], "foreign-data")
        self.assertNotIn("destroyed", project.run("destroy", "--confirm", "app").stdout)
        self.assertTrue((cluster.data / "PG_VERSION").exists())

    def test_a_socket_folder_of_somebody_else_is_not_used(self):
        project = self.project(env={})
        folder = pathlib.Path(project.json("up")["socket_dir"])
        project.ok("down")
        self.assertFalse(folder.exists(), "a stopped server needs none")
        folder.symlink_to("/var/tmp")
        try:
            self.assertEqual(project.fails(1, "up", "--json").error["code"], "foreign-folder")
        finally:
            folder.unlink()

    def test_killed_up_leaves_no_half_cluster(self):
        project = self.project(cache="own")
        for delay in (0.05, 0.2, 0.4, 0.8):
            child = project.popen("up")
            time.sleep(delay)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        project.ok("up")
        self.assertEqual(project.sql("SELECT 1"), "1")
        self.assertEqual([name for name in os.listdir(project.path / ".devkit") if "building" in name], [])

    def test_interrupted_up(self):
        project = self.project(cache="own")
        child = project.popen("up")
        time.sleep(0.4)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
        self.assertIn(child.returncode, (0, 130))
        project.ok("up")


@unittest.skipUnless(devkit.is_root(), "mounts and accounts need root")
class AsRoot(Case):
    def mount(self, size):
        folder = self.scratch()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", folder],
                              capture_output=True, text=True)
        if done.returncode:
            self.skipTest("needs root that may mount")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def on_disk(self, folder, **keywords):
        return self.project(server=f'data_dir = "{folder}/pg"\n', **keywords)

    def test_full_disk(self):
        folder = self.mount("20m")
        project = self.on_disk(folder)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "disk-full")
        self.assertEqual(os.listdir(folder), [])

    def test_disk_that_fills_up_later(self):
        folder = self.mount("150m")
        project = self.on_disk(folder)
        project.ok("up")
        project.ok("down")
        with open(folder / "filler", "wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
            except OSError:
                pass
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "disk-full", error)
        os.unlink(folder / "filler")
        project.ok("up")

    def test_read_only_disk(self):
        folder = self.mount("150m")
        project = self.on_disk(folder)
        project.ok("up")
        project.ok("down")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "read-only", error)
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        project.ok("up")

    def test_server_runs_as_an_ordinary_account(self):
        project = self.project(as_user=False)
        pid = project.json("up")["pid"]
        self.assertNotEqual(os.stat(f"/proc/{pid}").st_uid, 0)
        self.assertEqual((project.path / ".devkit/postgres").stat().st_uid, os.stat(f"/proc/{pid}").st_uid)

    def test_unreachable_project_keeps_its_data_elsewhere(self):
        project = self.project(as_user=False)
        project.path.chmod(0o700)
        result = project.json("up")
        self.assertRegex(result["data_dir"], r"^/var/lib/devkit/[0-9a-f]{16}/postgres$")
        project.ok("down")
        project.ok("up")
        self.assertEqual(project.json("status")["state"], "ready")
        project.ok("destroy", "--confirm", "app")
        self.assertFalse(os.path.exists(os.path.dirname(result["data_dir"])))


if __name__ == "__main__":
    unittest.main(verbosity=2)
