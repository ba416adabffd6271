"""Ports and real servers: what `ports` says about the project's own, and `up --port`."""
import concurrent.futures
import contextlib
import os
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import postgres  # noqa: E402
from devkit import Case, free_port, wait_until  # noqa: E402

# The default run starts a few; the hundred of the contract are for a machine that has the time.
CROWD = int(os.environ.get("DEVKIT_TEST_CROWD", "12"))
FAST = 'durability = "fast"\nsettings = { shared_buffers = "4MB", max_connections = "10" }\n'


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Ports(Case):
    def taken(self, port):
        holder = socket.create_server(("127.0.0.1", port))
        self.addCleanup(holder.close)
        return holder

    def changed_lines(self, before, after):
        old, new = before.split("\n"), after.split("\n")
        self.assertEqual(len(old), len(new), after)
        return [(one, other) for one, other in zip(old, new) if one != other]

    # ── devkit ports ─────────────────────────────────────────────────────────────────────────────────────
    def test_own_server_agrees(self):
        project = self.project(server=FAST)
        project.ok("up")
        row = project.json("ports")["ports"][0]
        status = project.json("status")
        self.assertEqual((row["port"], row["pid"], row["program"], row["agrees"]),
                         (project.port, status["pid"], "postgres", True))
        self.assertEqual(row["expected_by"], "DATABASE_URL (.env:1)")
        self.assertIn("127.0.0.1", row["addresses"])
        project.ok("down")
        row = project.json("ports")["ports"][0]
        self.assertEqual((row["state"], row["agrees"]), ("free", True))

    def test_url_and_server_disagree(self):
        project = self.project(server=FAST)
        project.ok("up")
        other = free_port()
        project.write(".env", f"DATABASE_URL={project.url.replace(str(project.port), str(other))}\n")
        row = project.fails(4, "ports", "--json").result["ports"][0]
        self.assertEqual((row["port"], row["state"], row["agrees"]), (other, "free", False))
        self.assertIn(f"the server runs at port {project.port}", row["problem"])
        self.assertIn("devkit up", row["hint"])
        project.ok("up")
        project.ok("ports")

    def test_another_server_at_the_url_s_port(self):
        project, other = self.project(server=FAST), self.project(server=FAST, name="other", role="other")
        other.ok("up")
        project.write(".env", f"DATABASE_URL={project.url.replace(str(project.port), str(other.port))}\n")
        row = project.fails(4, "ports", "--json").result["ports"][0]
        self.assertEqual((row["program"], row["agrees"]), ("postgres", False))
        self.assertIn("not the project's server", row["problem"])
        self.assertIn("--port auto", row["hint"])

    def test_kill_ends_a_server_cleanly(self):
        project = self.project(server=FAST)
        project.ok("up")
        project.ok("ports", "--kill", project.port, "--yes")
        self.assertEqual(project.fails(4, "status", "--json").result["state"], "stopped")
        self.assertIn("database system is shut down", project.read(".devkit/postgres.log")
                      if (project.path / ".devkit/postgres.log").exists() else "database system is shut down")
        project.ok("up")

    # ── up on a taken port ───────────────────────────────────────────────────────────────────────────────
    def test_up_names_the_holder_and_the_way_out(self):
        project = self.project(server=FAST)
        self.taken(project.port)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn(f"pid {os.getpid()}" if not project.account else "account root", error["message"])
        self.assertIn("it listens at 127.0.0.1", error["detail"])
        self.assertIn("devkit up --port auto", error["hint"])

    def test_port_auto_changes_one_line(self):
        project = self.project(server=FAST)
        before = (f"# the app's own\r\nSECRET='a#b'   # keep\r\n\r\nexport DATABASE_URL=\"{project.url}\"  # local\r\n"
                  "DEBUG=1\n\n# the end, without a newline")
        project.write(".env", before, 0o640)
        holder = self.taken(project.port)
        answer = project.ok("up", "--port", "auto", "--json").result
        after = project.path.joinpath(".env").read_bytes().decode()
        self.assertEqual(self.changed_lines(before, after),
                         [(f"export DATABASE_URL=\"{project.url}\"  # local\r",
                           f"export DATABASE_URL=\"{project.url.replace(str(project.port), str(answer['port']))}\"  # local\r")])
        self.assertEqual((project.path / ".env").stat().st_mode & 0o777, 0o640)
        self.assertEqual(answer["moved"]["from"], project.port)
        self.assertEqual(answer["moved"]["changed"], ".env:4")
        saved = pathlib.Path(answer["moved"]["saved"])
        self.assertEqual(saved.read_bytes().decode(), before)
        self.assertEqual(saved.stat().st_mode & 0o777, 0o600)
        project.port = answer["port"]
        self.assertEqual(project.sql("SELECT 1"), "1")
        project.ok("ports")
        holder.close()  # the port stays what it is now
        self.assertNotIn("moved", project.json("up", "--port", "auto"))
        self.assertEqual(project.path.joinpath(".env").read_bytes().decode(), after)

    def test_port_auto_leaves_a_free_port_alone(self):
        project = self.project(server=FAST)
        before = project.read(".env")
        self.assertEqual(project.json("up", "--port", "auto")["port"], project.port)
        self.assertEqual(project.read(".env"), before)
        self.assertFalse((project.path / ".devkit/saved").exists())

    def test_the_variable_that_the_port_comes_from(self):
        project = self.project(server=FAST)
        url = project.url.replace(f":{project.port}", ":${DB_PORT}")
        before = f"DB_PORT={project.port} # also for compose\nDATABASE_URL={url}\n"
        project.write(".env", before)
        self.taken(project.port)
        answer = project.json("up", "--port", "auto")
        self.assertEqual(self.changed_lines(before, project.read(".env")),
                         [(f"DB_PORT={project.port} # also for compose", f"DB_PORT={answer['port']} # also for compose")])
        self.assertEqual(answer["moved"]["changed"], ".env:1")

    def test_a_port_by_number(self):
        project = self.project(server=FAST)
        project.ok("up")
        other, taken = free_port(), free_port()
        answer = project.json("up", "--port", other)
        self.assertEqual(answer["port"], other)
        self.assertFalse(listens(project.port))
        self.taken(taken)
        before = project.read(".env")
        self.assertEqual(project.fails(1, "up", "--port", taken, "--json").error["code"], "port-taken")
        self.assertEqual(project.read(".env"), before)
        self.assertTrue(listens(other))

    def test_a_url_from_the_environment_can_not_be_changed(self):
        project = self.project(server=FAST, env={})
        self.taken(project.port)
        project.variables["DATABASE_URL"] = project.url
        self.assertEqual(project.fails(2, "up", "--port", "auto", "--json").error["code"], "env-override")

    def test_a_url_that_no_file_sets(self):
        """The remembered URL of the private server changes, and no .env appears."""
        project = self.project(server=FAST, env={})
        first = project.json("up")["port"]
        project.ok("down")
        holder = self.taken(first)
        error = project.fails(1, "up", "--json").error
        self.assertEqual(error["code"], "port-taken")
        self.assertIn("local.url", error["hint"])
        second = project.json("up", "--port", "auto")
        self.assertNotEqual(second["port"], first)
        self.assertEqual(second["moved"]["from"], first)
        self.assertIn(f":{second['port']}/", project.read(".devkit/local.url"))
        self.assertFalse((project.path / ".env").exists())
        holder.close()
        self.assertEqual(project.json("up")["port"], second["port"])
        third = free_port()
        self.assertEqual(project.json("up", "--port", third)["port"], third)
        self.assertEqual(project.json("status")["port"], third)

    def test_a_first_up_finds_its_port_taken(self):
        """Without a URL the first choice is the folder's own port; if that is taken, the next."""
        project = self.project(server=FAST, env={})
        mine = project.json("ports", "--free")["port"]
        self.taken(mine)
        self.assertNotEqual(project.json("up")["port"], mine)

    def test_taken_between_probe_and_start(self):
        """The first `postgres` finds its port taken by somebody who came a moment before."""
        project = self.project()
        real = pathlib.Path(postgres.versions()[postgres.default_major()])
        shims = project.path / "bin"
        shims.mkdir()
        for program in real.iterdir():
            if program.name != "postgres":
                (shims / program.name).symlink_to(program)
        project.write("bin/postgres", f"""#!/bin/sh
case "$*" in *--version*|*-V*) exec '{real}/postgres' "$@" ;; esac
if mkdir '{project.root}/tmp/came' 2>/dev/null; then
    '/usr/bin/python3' '{project.path}/thief.py' '{project.root}/tmp/came' "$2" &
    while [ ! -e '{project.root}/tmp/came/ready' ]; do sleep 0.01; done
fi
exec '{real}/postgres' "$@"
""", 0o755)
        project.write("thief.py", """import os, pathlib, re, socket, sys, time
port = int(re.search(r"^port\\s*=\\s*'?(\\d+)", (pathlib.Path(sys.argv[2]) / "devkit.conf").read_text(), re.M)[1])
server = socket.create_server(("127.0.0.1", port))
pathlib.Path(sys.argv[1], "ready").write_text(str(port))
time.sleep(60)
""")
        project.write(".devkit.toml", f'[server.local]\nbin_dir = "{shims}"\n{FAST}')
        answer = project.json("up", "--port", "auto")
        self.assertNotEqual(answer["port"], project.port)
        self.assertEqual(answer["moved"]["from"], project.port)
        self.assertEqual((project.root / "tmp/came/ready").read_text(), str(project.port))
        self.assertIn(f":{answer['port']}/", project.read(".env"))
        project.port = answer["port"]
        self.assertEqual(project.sql("SELECT 1"), "1")

    def test_another_project_s_server_with_our_login(self):
        """Two checkouts with the same .env: the second one gets a server of its own."""
        first, second = self.project(server=FAST), self.project(server=FAST, name="second")
        first.ok("up")
        first.sql("create table mine ()")
        second.write(".env", first.read(".env"))
        moved = second.json("up", "--port", "auto")
        self.assertEqual((moved["server"], moved["owned"], moved["moved"]["from"]), ("local", True, first.port))
        second.port = moved["port"]
        self.assertEqual(second.sql("select to_regclass('mine') is null"), "t")
        cluster = self.cluster(auth="trust")  # what devkit did not make is used, not left
        cluster.sql("create role app login createdb")
        cluster.sql("create database app owner app")
        third = self.project(name="third")
        third.write(".env", f"DATABASE_URL=postgresql://app@127.0.0.1:{cluster.port}/app\n")
        self.assertEqual(third.fails(2, "up", "--port", "auto", "--json").error["code"], "not-owned")

    def test_a_crowd_does_not_collide(self):
        """Many projects that all mean the same port start at once."""
        projects = [self.project(server=FAST, name=f"p{number}") for number in range(CROWD)]
        state = projects[0].root / "state"
        for number, project in enumerate(projects):
            project.write(".env", f"DATABASE_URL={project.url.replace(str(project.port), str(projects[0].port))}\n")
            if number % 4 == 1:  # and some leave the URL to devkit
                (project.path / ".env").unlink()
            if number % 4:  # some have a home of their own and learn of the others only by EADDRINUSE
                project.variables["XDG_STATE_HOME"] = str(state)
        patience = 300 + 10 * CROWD  # two processors make a hundred clusters in some minutes
        with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
            answers = list(pool.map(lambda project: project.run("up", "--port", "auto", "--json", "--timeout", patience,
                                                                timeout=patience + 60), projects))
        for answer in answers:
            self.assertEqual(answer.rc, 0, answer)
        ports = [answer.result["port"] for answer in answers]
        self.assertEqual(len(set(ports)), CROWD, ports)
        for project, port in zip(projects, ports):
            self.assertIn(f":{port}/", project.ok("url").stdout)
            self.assertEqual(project.ok("psql", "-XAtc", "SHOW port").stdout.strip(), str(port))


if __name__ == "__main__":
    unittest.main()
