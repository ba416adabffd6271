"""Cases about layers: projects on one plain server that all tests of a class share.

    class Migrate(LayerCase):
        def test_it(self):
            project = self.project('[migrate]\\ntool = "sql"\\n')     # a database of its own, empty
            project.ok("migrate")
            self.sql(project, "SELECT 1")"""
import postgres
from devkit import Case


class LayerCase(Case):
    """Every project gets a new database and is told that the server is none of devkit's."""

    @classmethod
    def setUpClass(cls):
        cls.server = postgres.Cluster()
        cls.addClassCleanup(cls.server.close)
        cls.databases = 0
        cls.server.sql("CREATE ROLE app LOGIN CREATEDB PASSWORD 'p%ss:w@rd/'")

    def project(self, config="", scheme="postgresql", query="", **keywords):
        type(self).databases += 1
        name = f"app{self.databases}"
        self.server.sql(f'CREATE DATABASE "{name}" OWNER app')
        url = self.server.url(name, "app", "p%ss:w@rd/").replace("postgresql://", f"{scheme}://", 1) + query
        project = super().project(f'[database]\nserver = "external"\n\n{config}', env={"DATABASE_URL": url}, **keywords)
        project.live = name
        return project

    def sql(self, project, text):
        """SQL on the project's live database, as the superuser; psql's unaligned output."""
        return self.server.sql(text, project.live).strip()

    def refused(self, project, code, *arguments, status=1, **keywords):
        """Runs with --json, which must fail so: the error."""
        error = project.fails(status, *arguments, "--json", **keywords).error
        self.assertEqual(error["code"], code, error)
        return error
