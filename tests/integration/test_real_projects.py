"""Applications that nobody wrote for devkit are reset unmodified, by their own tools."""
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import postgres  # noqa: E402
from devkit import FIXTURES, Case  # noqa: E402


def needs_python_packages():
    import importlib.util
    missing = [name for name in ("sqlalchemy", "psycopg2", "alembic") if not importlib.util.find_spec(name)]
    if missing or not shutil.which("alembic"):
        raise unittest.SkipTest(f"python packages are missing: {', '.join(missing) or 'alembic'}")


def dbmate_folder():
    modules = postgres.node_modules()
    found = sorted(modules.glob("@dbmate/*/bin/dbmate")) if modules else []
    if not found:
        raise unittest.SkipTest("dbmate is not here (scripts/test fetches it)")
    return found[0].parent


class SqlAlchemy(Case):
    def setUp(self):
        needs_python_packages()

    def make(self, **keywords):
        project = self.project(database="autoserve", role="autoserve", env={}, **keywords)
        project.copy(FIXTURES / "sqlalchemy_app")
        project.write(".env", f"DATABASE_URL={project.url_of(scheme='postgresql+psycopg2')}\n")
        project.ok("up")
        return project

    def counts(self, project):
        return project.sql('SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM customers), '
                           '(SELECT count(*) FROM jobs), (SELECT version_num FROM alembic_version)')

    def test_reset_by_its_own_commands(self):
        project = self.make()
        first = project.json("reset")
        self.assertEqual(first["source"], "built")
        self.assertEqual([(layer["name"], layer["cached"]) for layer in first["layers"]],
                         [("migrate", False), ("seed", False)])
        self.assertEqual(self.counts(project), "20|1000|4000|5c93e08ab154")
        project.settle()
        project.sql("DELETE FROM tenants")
        again = project.json("reset")
        self.assertIn(again["source"], ("spare", "template"))
        self.assertEqual(self.counts(project), "20|1000|4000|5c93e08ab154")

    def test_everything_belongs_to_the_role_of_the_url(self):
        project = self.make()
        project.ok("reset")
        self.assertEqual(project.sql("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
                         "autoserve")

    def test_models_layer_and_stamp(self):
        project = self.make()
        project.write(".devkit.toml", project.read(".devkit.toml") + '\n[reset]\nlayers = ["models", "seed"]\n')
        answer = project.json("reset")
        self.assertEqual([layer["name"] for layer in answer["layers"]], ["models", "seed"])
        self.assertEqual(self.counts(project), "20|1000|4000|5c93e08ab154")

    def test_a_failing_revision_leaves_the_database_alone(self):
        project = self.make()
        project.ok("reset")
        project.settle()
        before = postgres.dump(project.url)
        project.write("alembic/versions/6d00_broken.py", 'revision = "6d00"\ndown_revision = "5c93e08ab154"\n'
                      'from alembic import op\n\n\ndef upgrade():\n    op.execute("ALTER TABLE jobs ADD COLUMN x int")\n'
                      '    op.execute("SELECT * FROM no_such_table")\n\n\ndef downgrade():\n    pass\n')
        failed = project.fails(1, "reset")
        self.assertIn("no_such_table", failed.stderr)
        self.assertEqual(postgres.dump(project.url), before)

    def test_a_new_revision_arrives(self):
        project = self.make()
        project.ok("reset")
        project.settle()
        project.write("alembic/versions/6d01_phone.py", 'revision = "6d01"\ndown_revision = "5c93e08ab154"\n'
                      'import sqlalchemy as sa\nfrom alembic import op\n\n\ndef upgrade():\n'
                      '    op.add_column("customers", sa.Column("phone", sa.String(40)))\n\n\ndef downgrade():\n    pass\n')
        answer = project.json("reset")
        self.assertFalse(answer["layers"][0]["cached"])
        self.assertEqual(self.counts(project), "20|1000|4000|6d01")
        self.assertEqual(project.sql("SELECT count(phone) FROM customers"), "0")


class Dbmate(Case):
    def make(self):
        folder = dbmate_folder()
        project = self.project(database="library", role="library", env={})
        project.copy(FIXTURES / "dbmate_app")
        project.write(".env", f'DATABASE_URL="{project.url_of(scheme="postgres")}?sslmode=disable"\n')
        project.variables["PATH"] = f"{folder}:/usr/local/bin:/usr/bin:/bin"
        project.ok("up")
        return project

    def test_reset_by_dbmate(self):
        project = self.make()
        first = project.json("reset")
        self.assertEqual(first["source"], "built")
        self.assertEqual(project.sql("SELECT (SELECT count(*) FROM author), (SELECT count(*) FROM book), "
                                     "(SELECT max(version) FROM schema_migrations)"), "100|2000|20260203110000")
        project.settle()
        project.sql("TRUNCATE author CASCADE")
        self.assertIn(project.json("reset")["source"], ("spare", "template"))
        self.assertEqual(project.sql("SELECT count(*) FROM book"), "2000")

    def test_undo_brings_the_work_back(self):
        project = self.make()
        project.ok("reset")
        project.settle()
        project.sql("INSERT INTO author (name) VALUES ('mine')")
        project.ok("reset")
        self.assertEqual(project.sql("SELECT count(*) FROM author WHERE name = 'mine'"), "0")
        project.ok("undo")
        self.assertEqual(project.sql("SELECT count(*) FROM author WHERE name = 'mine'"), "1")
