"""devkit ports, black box: real listeners of this and other accounts, what is said about them, and ending them."""
import contextlib
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import ACCOUNT, Case, account_arguments, free_port, is_root, is_running, program, wait_until  # noqa: E402

PYTHON = "/usr/bin/python3"  # that other accounts may run, too
LISTEN = """
import os, signal, socket, sys, time
folder, stubborn, host, port = sys.argv[1], sys.argv[2] == "stubborn", sys.argv[3], int(sys.argv[4])
os.chdir(folder)
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
family = socket.AF_INET6 if ":" in host else socket.AF_INET
with socket.socket(family) as server:
    if ":" in host:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((host, port))
    server.listen()
    print("ready", flush=True)
    time.sleep(600)
"""


def has_six():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


class Ports(Case):
    def listener(self, port, folder="/", host="127.0.0.1", account=None, stubborn=False):
        """A program that listens; its Popen."""
        child = subprocess.Popen([PYTHON, "-c", LISTEN, str(folder), "stubborn" if stubborn else "", host, str(port)],
                                 stdout=subprocess.PIPE, start_new_session=True, **account_arguments(account))
        self.addCleanup(self.end, child)
        self.assertEqual(child.stdout.readline(), b"ready\n")
        return child

    @staticmethod
    def end(child):
        child.kill()
        child.wait()
        child.stdout.close()

    def row(self, project, port, status=0, *options):
        answer = project.fails(status, "ports", "--json", *options).result["ports"]
        rows = [row for row in answer if row["port"] == port]
        self.assertEqual(len(rows), 1, answer)
        return rows[0]

    def with_port(self, **keywords):
        """A project that means one port by [ports] web."""
        port = free_port()
        return self.project(config=f"[ports]\nweb = {port}\n", env={}, **keywords), port

    def test_fields_of_the_contract(self):
        project, port = self.with_port()
        row = self.row(project, port)
        self.assertLessEqual({"port", "address", "state", "pid", "program", "container", "service", "expected_by", "agrees"},
                             set(row))
        self.assertEqual((row["state"], row["pid"], row["address"], row["agrees"]), ("free", None, None, True))
        self.assertEqual(row["expected_by"], "[ports] web")

    def test_holder_in_the_project(self):
        project, port = self.with_port()
        account = project.account
        child = self.listener(port, project.path, account=account)
        row = self.row(project, port)
        self.assertEqual((row["state"], row["pid"], row["address"], row["agrees"]), ("listening", child.pid, "127.0.0.1", True))
        self.assertTrue(row["program"].startswith("python"), row)
        self.assertEqual(row["user"], account or pwd.getpwuid(os.geteuid()).pw_name)
        self.assertRegex(row["started_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(row["folder"], os.path.realpath(project.path))
        self.assertIn("python", project.ok("ports").stdout)

    def test_holder_of_another_project(self):
        project, port = self.with_port()
        other = self.project(name="other")
        self.listener(port, other.path, account=project.account)
        row = self.row(project, port, 4)
        self.assertFalse(row["agrees"])
        self.assertIn("of another project", row["problem"])
        self.assertIn(f"devkit ports --kill {port}", row["hint"])
        text = project.fails(4, "ports").stdout
        self.assertIn("disagrees", text)
        self.assertIn(str(os.path.realpath(other.path)), text)

    def test_addresses(self):
        cases = [("0.0.0.0", ["0.0.0.0"]), ("127.0.0.1", ["127.0.0.1"])]
        if has_six():
            cases += [("::", ["::"]), ("::1", ["::1"])]
        for host, expected in cases:
            with self.subTest(host=host):
                project, port = self.with_port()
                self.listener(port, project.path, host, project.account)
                self.assertEqual(self.row(project, port)["addresses"], expected)

    @unittest.skipUnless(has_six(), "needs IPv6")
    def test_two_holders_of_one_port(self):
        project, port = self.with_port()
        one = self.listener(port, project.path, "127.0.0.1", project.account)
        two = self.listener(port, project.path, "::1", project.account)
        answer = project.json("ports")["ports"]
        self.assertEqual([(row["pid"], row["address"]) for row in answer], [(one.pid, "127.0.0.1"), (two.pid, "::1")])

    @unittest.skipUnless(is_root(), "needs root")
    def test_another_account_s_holder(self):
        """Without root only the account is known, and that is said."""
        project, port = self.with_port(as_user=True)
        self.listener(port, "/")
        row = self.row(project, port, 4)
        self.assertEqual((row["pid"], row["program"], row["user"], row["visible"]), (None, None, "root", False))
        self.assertIn("a process of account root that this account may not look at", row["problem"])
        self.assertEqual(project.fails(1, "ports", "--kill", port, "--yes", "--json").error["code"], "holder-unseen")

    @unittest.skipUnless(is_root(), "needs root")
    def test_root_sees_other_accounts(self):
        project, port = self.with_port(as_user=False)
        child = self.listener(port, project.path, account=ACCOUNT)
        row = self.row(project, port)
        self.assertEqual((row["pid"], row["user"]), (child.pid, ACCOUNT))

    def test_env(self):
        """URLs and variables; the files must not contradict each other."""
        port, other = free_port(), free_port()
        project = self.project(config=f"[ports]\nweb = {port}\n", env={
            "CACHE": f"redis://localhost:{other}/0", "WEB_PORT": port, "MAIL_PORT": 587, "MAIL_HOST": "mail.example.com"})
        answer = project.json("ports")["ports"]
        self.assertEqual([(row["port"], row["expected_by"]) for row in answer],
                         [(port, "[ports] web, WEB_PORT (.env:2)"), (other, "CACHE (.env:1)")])
        project.write(".env", f"WEB_PORT={other}\n")
        answer = project.fails(4, "ports", "--json").result["ports"]
        self.assertEqual([row["agrees"] for row in answer], [False, False])
        self.assertIn(f"[ports] web says port {port}, WEB_PORT (.env:1) says {other}", answer[0]["problem"])

    def test_all(self):
        project, port = self.with_port()
        other = free_port()
        child = self.listener(other, "/", account=project.account)
        row = self.row(project, other, 0, "--all")
        self.assertEqual((row["pid"], row["expected_by"], row["agrees"]), (child.pid, None, True))

    def test_nothing_named(self):
        project = self.project(env={}, config='[database]\nserver = "external"\n')
        self.assertIn("names no ports", project.ok("ports").stdout)

    def test_free(self):
        project = self.project(env={})
        port = int(project.ok("ports", "--free").stdout)
        self.assertTrue(20000 <= port < 30000)
        self.assertEqual(project.json("ports", "--free"), {"port": port})
        self.listener(port, "/", account=project.account)
        self.assertNotEqual(project.json("ports", "--free")["port"], port)

    def test_kill(self):
        project, port = self.with_port()
        child = self.listener(port, project.path, account=project.account)
        error = project.fails(3, "ports", "--kill", port, "--json").error
        self.assertEqual(error["code"], "confirmation-needed")
        self.assertIsNone(child.poll())
        result = project.json("ports", "--kill", port, "--yes")
        self.assertEqual(result["ended"], [child.pid])
        self.assertEqual(child.wait(10), -signal.SIGTERM)
        self.assertEqual(project.json("ports", "--kill", port, "--yes")["ended"], [])

    def test_kill_one_that_does_not_listen_to_reason(self):
        project, port = self.with_port()
        child = self.listener(port, project.path, account=project.account, stubborn=True)
        project.ok("ports", "--kill", port, "--yes")
        self.assertEqual(child.wait(10), -signal.SIGKILL)

    def test_kill_refuses_ancestors(self):
        """The shell that devkit was called from holds the port."""
        project, port = self.with_port()
        script = (f"import socket, subprocess, sys; s = socket.create_server(('127.0.0.1', {port}));"
                  "sys.exit(subprocess.run(sys.argv[1:]).returncode)")
        done = project.run(command=[PYTHON, "-c", script, program(), "ports", "--kill", str(port), "--yes", "--json"])
        self.assertEqual((done.rc, done.error["code"]), (3, "holder-kept"))

    def test_kill_says_who_took_it_again(self):
        """A supervisor starts it anew: nothing is said to be free that is not."""
        project, port = self.with_port()
        loop = ("import subprocess, sys\n"
                "while True:\n subprocess.run(sys.argv[1:])\n")
        child = subprocess.Popen([PYTHON, "-c", loop, PYTHON, "-c", LISTEN, str(project.path), "", "127.0.0.1", str(port)],
                                 stdout=subprocess.DEVNULL, start_new_session=True, **account_arguments(project.account))
        self.addCleanup(child.wait)
        self.addCleanup(os.killpg, child.pid, signal.SIGKILL)
        wait_until(lambda: self.listens(port), what="the listener")
        result = project.run("ports", "--kill", port, "--yes", "--json")
        self.assertTrue(is_running(child.pid))
        if result.rc == 0:  # it was faster than the supervisor
            self.assertTrue(result.result["ended"])
        else:
            self.assertEqual(result.error["code"], "port-taken")

    @staticmethod
    def listens(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def test_usage(self):
        project = self.project(env={})
        for words in (("--free", "--all"), ("--kill", "0"), ("--kill", "0.5"), ("--kill", "70000"), ("--kill", "1", "--free")):
            project.fails(2, "ports", *words)
        self.assertEqual(project.fails(2, "ports", "--kill", "70000", "--json").error["code"], "bad-value")


if __name__ == "__main__":
    unittest.main()
