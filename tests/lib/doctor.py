"""What tests of doctor have in common.

    class Faults(DoctorCase):
        def test_it(self):
            project = self.started()                       # a healthy project with a local server
            self.finds(project, "env-keys", "lacks X")     # this failure and no other, whose words hold that
            self.assertEqual(self.mends(project, "env-keys"), [])   # --fix, a second run is quiet; .env's changes
            self.quiet(project, "env-keys")                # nothing is found, and this check says ok"""
import difflib

from devkit import Case


class DoctorCase(Case):
    def started(self, **keywords):
        """A healthy project with a local server, and an .env for nobody else."""
        project = self.project(**keywords)
        (project.path / ".env").chmod(0o600)
        project.ok("up")
        return project

    def checks(self, project, *words, rc=None, **keywords):
        """The checks by id; the exit status has to be 4 exactly when one failed."""
        result = project.run("doctor", "--json", *words, **keywords)
        found = {check["id"]: check for check in result.result["checks"]}
        failed = any(check["status"] == "fail" for check in found.values())
        self.assertEqual(result.rc, 4 if failed else 0, str(result))
        for check in found.values():
            self.assertTrue(check["message"], check)
            if check["status"] in ("warn", "fail"):
                self.assertTrue(check["why"] and check["fix"], check)
        return found

    def finds(self, project, id, *texts, status="fail", **keywords):
        """The one failure (or warning) is this one, and says so."""
        found = self.checks(project, **keywords)
        bad = sorted(name for name, check in found.items() if check["status"] in ("warn", "fail"))
        self.assertEqual(bad, [id], found)
        self.assertEqual(found[id]["status"], status, found[id])
        said = " ".join(str(found[id][key]) for key in ("message", "why", "fix"))
        for text in texts:
            self.assertIn(text, said)
        return found[id]

    def quiet(self, project, *ids):
        found = self.checks(project)
        for name, check in found.items():
            self.assertIn(check["status"], ("ok", "skipped"), check)
        for id in ids:
            self.assertEqual(found[id]["status"], "ok", found[id])
        return found

    def mends(self, project, id, *ids):
        """--fix, and a second run that finds nothing. Gives the lines of .env that changed."""
        before = project.read(".env").splitlines() if (project.path / ".env").exists() else []
        result = project.ok("doctor", "--fix", "--yes", "--json")
        self.assertEqual(result.result["fixed"], [id])
        self.quiet(project, *(ids or [id]))
        after = project.read(".env").splitlines() if (project.path / ".env").exists() else []
        return [line for line in difflib.ndiff(before, after) if line[0] in "+-"]

    def external(self, rights="createdb", database=True, config="", **keywords):
        """A project on a server that is somebody else's."""
        cluster = self.cluster(**keywords)
        secret = f"secret-{cluster.port}"  # other tests' servers on this machine must not take it
        cluster.sql(f"create role app login password '{secret}' {rights}")
        if database:
            cluster.sql("create database app owner app")
        project = self.project(env={}, config='[database]\nserver = "external"\n' + config)
        project.port, project.password = cluster.port, secret
        project.write(".env", f"# mine\nDATABASE_URL={project.url}\nOTHER=1\n", mode=0o600)
        return cluster, project
