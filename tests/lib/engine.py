"""Small projects for the tests of the engine: a recipe that takes milliseconds, a view on the server's catalog.

    class Reset(EngineCase):
        def test_spare(self):
            project = self.small()
            self.assertEqual(project.json("reset")["source"], "built")"""
import atexit
import fcntl
import functools
import hashlib
import os
import subprocess

import devkit
import postgres
import provider

MIGRATIONS = {
    "001_item.sql": "create table item (id integer primary key, name text not null);\n",
    "002_marker.sql": "create table marker (name text not null);\ninsert into marker values ('migrated');\n",
}
SEEDS = {"item.csv": "id,name\n1,one\n2,two\n3,three\n"}
KINDS = ("template", "spare", "undo", "building", "filling", "replaced", "doomed")
FAST = 'durability = "fast"'


class EngineProject(devkit.Project):
    """A project with a recipe of two layers. reset: lines of [reset]; config: further text of .devkit.toml;
    files: {path: text} of more files."""

    def __init__(self, reset="", config="", migrations=None, seeds=None, files=None, server=FAST, tool="sql",
                 **keywords):
        super().__init__(config=f'[migrate]\ntool = "{tool}"\n[reset]\n{reset}\n{config}', server=server, **keywords)
        for name, text in (MIGRATIONS if migrations is None else migrations).items():
            self.write(f"migrations/{name}", text)
        for name, text in (SEEDS if seeds is None else seeds).items():
            self.write(f"seeds/{name}", text)
        for name, text in (files or {}).items():
            self.write(name, text)

    def configure(self, old, new):
        """Replaces a part of .devkit.toml."""
        text = self.read(".devkit.toml")
        assert old in text, text
        self.write(".devkit.toml", text.replace(old, new))

    def admin(self, text, database="postgres", check=True):
        """SQL as the server's superuser."""
        result = self.run(command=[postgres.client("psql"), "-XAtq", "-F", "|", "-v", "ON_ERROR_STOP=1",
                                   *self.superuser(database), "-f", "-"], input=text)
        if result.rc and check:
            raise AssertionError(str(result))
        return result.stderr if result.rc else result.stdout.rstrip("\n")

    def superuser(self, database):
        """psql's arguments: a private cluster is entered by its socket."""
        if hasattr(self, "admin_url"):
            return ["-d", self.admin_url().rsplit("/", 1)[0] + "/" + database]
        if not hasattr(self, "socket"):
            self.socket = self.json("status")["socket_dir"]
        return ["-h", self.socket, "-p", self.port, "-U", "devkit_admin", "-d", database]

    @property
    def scope(self):
        return hashlib.sha256(self.database.encode()).hexdigest()[:8]

    def kinds(self):
        """{"template": [names], …} of this project's databases, as the application's role sees the catalog."""
        names = self.sql("SELECT datname FROM pg_database WHERE datname LIKE 'devkit\\_%' ORDER BY 1",
                         "postgres").split("\n")
        return {kind: [name for name in names if name.startswith(f"devkit_{kind}_{self.scope}_")] for kind in KINDS}

    def counts(self):
        return {kind: len(names) for kind, names in self.kinds().items() if names}

    def warm(self):
        """A built database, with its spare; nothing runs in the background afterwards."""
        self.ok("reset")
        self.settle()
        self.ok("gc", "--wait")
        return self

    def source(self, *arguments):
        """Where a reset got the database from; the background worker has ended."""
        source = self.json("reset", *arguments)["source"]
        self.settle()
        return source


class EngineCase(devkit.Case):
    major = int(os.environ.get("DEVKIT_TEST_MAJOR", 0)) or None  # version of the servers; None: the system's

    def small(self, *arguments, up=True, **keywords):
        if self.major:
            keywords.setdefault("bin_dir", postgres.bin_dir(self.major))
        project = EngineProject(*arguments, **keywords)
        self.addCleanup(project.close)
        if keywords.get("env") is None:
            provider.prepare(self, project, self.major, up)
        if up:
            project.ok("up")
        return project

    def client(self, project, database=None, statement=None, keep=True):
        """A psql that stays connected, as a developer's forgotten one. It ends with the test."""
        child = subprocess.Popen([postgres.client("psql"), "-XAtq", "-d", project.url_of(database)],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=postgres.client_environment())
        self.addCleanup(end_client, child)
        child.stdin.write(f"{statement or 'select 1'};\n\\echo ready\n".encode())
        child.stdin.flush()
        while True:
            line = child.stdout.readline()
            if not line:
                raise AssertionError(child.stderr.read().decode())
            if line == b"ready\n":
                return child


def end_client(child):
    child.kill()
    child.communicate()


@functools.lru_cache(None)
def faults_build():
    """The devkit that dies at numbered points (make faults), built when it is missing or old, and installed where
    every account can read it."""
    build = os.environ.get("DEVKIT_FAULTS_BUILD")
    if not build:
        build = devkit.TOP / "build/faults"
        build.mkdir(parents=True, exist_ok=True)
        with open(build / "lock", "w", encoding="utf-8") as lock:  # test files run beside each other
            fcntl.flock(lock, fcntl.LOCK_EX)
            subprocess.run(["make", "-s", "-j", "2", "-C", str(devkit.TOP), "faults"], check=True,
                           stdout=subprocess.DEVNULL)
    folder = devkit.scratch_folder()
    atexit.register(devkit.remove_tree, folder)
    subprocess.run([devkit.TOP / "scripts/install-files", build, folder / "usr"], check=True)
    return str(folder / "usr/bin/devkit")
