"""Projects with snapshots: saving, finding their files, and comparing databases as a superuser sees them."""
import pathlib
import re
import subprocess

import postgres
from devkit import FIXTURES
from engine import EngineCase

SUFFIX = ".devkit.tar.zst"
EVERYTHING = FIXTURES / "snapshot/everything.sql"


def without_keys(text):
    """\\restrict lines have a key of their own each time."""
    return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)


class SnapshotCase(EngineCase):
    def save(self, project, name, kind="dump", *more):
        return project.json("snapshot", "save", name, "--kind", kind, *more)

    def names(self, project, *more):
        return [entry["name"] for entry in project.json("snapshot", "list", *more)["snapshots"]]

    def archive(self, project, name):
        return pathlib.Path(project.path / ".devkit/snapshots" / (name + SUFFIX))

    def unpacked(self, archive):
        """An archive's tar, by a program of others."""
        done = subprocess.run(["zstd", "-q", "-d", "-c", archive], capture_output=True, check=True)
        return done.stdout

    def dumped(self, project, database="app"):
        """pg_dump's text, as a superuser."""
        result = project.run(command=[postgres.client("pg_dump"), *project.superuser(database)], timeout=300)
        self.assertEqual(result.rc, 0, result)
        return without_keys(result.stdout)

    def everything(self, **keywords):
        """A project whose database has one of every kind of object."""
        project = self.small(**keywords)
        project.admin(EVERYTHING.read_text(), "app")
        return project
