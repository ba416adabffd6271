"""`devkit neon` against a fake of Neon whose branches are real databases."""
import pathlib
import re
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import neon
import postgres

LOST = {"method": "POST", "path": "*/branches", "lost": True}
PAGE = {"method": "POST", "path": "*/branches", "act": True, "status": 524,
        "body": "<!DOCTYPE html><title>524: A timeout occurred</title>"}


class NeonCase(devkit.Case):
    homes = 0  # each test has a project of its own

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = neon.Neon()
        cls.addClassCleanup(cls.api.close)

    def setUp(self):
        super().setUp()
        NeonCase.homes += 1
        self.api.rules()
        self.api.settings(operation_ms=0, fail_operations=0, page_size=100, branch_limit=100, wake_ms=0,
                          org_required=0, per_second=0)
        self.database = f"app{NeonCase.homes}"
        self.home = self.api.add_project(f"late-snow-{NeonCase.homes:08d}", database=self.database)
        self.main = self.home["branch"]
        self.api.sql(self.home, self.main, "set role app; create table item (id int primary key, name text);"
                                "insert into item values (1, 'one'), (2, 'two')")
        self.api.forget()

    def app(self, home="own", **keywords):
        project = self.api.devkit(self.home if home == "own" else home, **keywords)
        self.addCleanup(project.close)
        return project

    def names(self):
        return sorted(self.api.branches(self.home))


class Branches(NeonCase):
    def test_a_branch_has_the_rows_and_its_own_address(self):
        app = self.app()
        made = app.json("neon", "create", "try")
        self.assertEqual(made["parent_id"], self.main["id"])
        url = app.ok("neon", "url", "try").stdout.strip()
        self.assertEqual(postgres.sql(url, "select count(*) from item"), "2")
        postgres.sql(url, "delete from item")
        self.assertEqual(postgres.sql(self.home["uri"], "select count(*) from item"), "2")
        listed = {branch["name"]: branch for branch in app.json("neon", "branches")["branches"]}
        self.assertEqual(sorted(listed), ["main", "try"])
        self.assertTrue(listed["main"]["current"] and listed["main"]["default"])
        self.assertEqual(listed["try"]["devkit"], None)
        self.assertIn("yours, default", app.ok("neon", "branches").stdout)
        app.ok("neon", "delete", "try", "--yes")
        self.assertEqual(self.names(), ["main"])

    def test_project_is_found_by_the_host(self):
        for number in range(5):
            self.api.add_project(f"other-{number}-{self.home['id']}", data=False)
        app = self.app()
        self.assertEqual(app.json("neon", "branches")["project"], self.home["id"])
        self.api.forget()
        app.ok("neon", "branches")
        self.assertEqual(self.api.count("GET", "/projects"), 0)  # remembered
        self.api.settings(org_required=1, page_size=2)
        fresh = self.app()
        self.assertEqual(fresh.json("neon", "branches")["project"], self.home["id"])

    def test_all_pages(self):
        for number in range(7):
            self.app_create(f"b{number}")
        self.api.settings(page_size=3)
        self.assertEqual(len(self.app().json("neon", "branches")["branches"]), 8)

    def app_create(self, name):
        self.api.call("POST", f"/projects/{self.home['id']}/branches", {"branch": {"name": name}})

    def test_delete_refuses(self):
        app = self.app()
        app.ok("neon", "create", "middle", "--no-compute")
        app.ok("neon", "create", "leaf", "--no-compute", "--parent", "middle")
        error = app.fails(3, "neon", "delete", "middle", "--yes", "--json").error
        self.assertEqual(error["code"], "neon-has-children")
        self.assertIn("leaf", error["detail"])
        self.assertEqual(app.fails(3, "neon", "delete", "main", "--yes", "--json").error["code"], "neon-default-branch")
        leaf = self.api.branches(self.home)["leaf"]["id"]
        self.api.call("PATCH", f"/projects/{self.home['id']}/branches/{leaf}", {"branch": {"protected": True}})
        self.assertEqual(app.fails(3, "neon", "delete", "leaf", "--yes", "--json").error["code"], "neon-protected")
        self.assertEqual(self.names(), ["leaf", "main", "middle"])
        self.assertEqual(self.api.count("DELETE"), 0)

    def test_the_projects_own_branch_needs_its_name(self):
        app = self.app()
        app.ok("neon", "create", "try")
        app.ok("neon", "promote", "try", "--yes")
        app.ok("neon", "promote", "main", "--yes")
        app.write(".env", f"DATABASE_URL={app.ok('neon', 'url', 'try').stdout.strip()}\n")
        self.assertEqual(app.fails(3, "neon", "delete", "try", "--yes", "--json").error["code"], "confirmation-needed")
        app.ok("neon", "delete", "try", "--confirm", "try")
        self.assertEqual(self.names(), ["main"])

    def test_expiring(self):
        app = self.app()
        made = app.json("neon", "create", "short", "--expires", "7d", "--no-compute")
        self.assertRegex(made["expires_at"], r"^20\d\d-.*Z$")
        self.assertEqual(app.fails(3, "neon", "create", "--parent", "short", "--json").error["code"], "neon-parent-expires")
        app.fails(2, "neon", "create", "--expires", "31d")

    def test_limit_of_the_plan(self):
        self.api.settings(branch_limit=1)
        error = self.app().fails(1, "neon", "create", "more", "--json").error
        self.assertEqual(error["code"], "neon-branch-limit")
        self.assertIn("BRANCHES_LIMIT_EXCEEDED", error["detail"])
        self.assertIn("devkit neon", error["hint"])

    def test_without_a_compute_there_is_no_address(self):
        """Neon would give the parent's: the fake does."""
        app = self.app()
        app.ok("neon", "create", "bare", "--no-compute")
        error = app.fails(1, "neon", "url", "bare", "--json").error
        self.assertEqual(error["code"], "neon-no-compute")


class Addresses(NeonCase):
    def test_first_label_only(self):
        app = self.app()
        direct, pooled = (app.ok("neon", "url", f"--{side}").stdout.strip() for side in ("direct", "pooled"))
        label = self.home["endpoint"]["id"]
        self.assertEqual(direct, self.home["uri"])
        self.assertEqual(pooled, direct.replace(label, f"{label}-pooler"))
        self.assertEqual(app.ok("url", "--pooled").stdout.strip(), pooled)
        self.assertEqual(self.api.log(), [])
        for url in (direct, pooled):
            self.assertEqual(postgres.sql(url, "select count(*) from item"), "2")

    def test_promote_mends_one_line(self):
        app = self.app()
        app.write(".env", f"# first\nDATABASE_URL={self.home['uri']}&application_name=x # keep\nOTHER=1\n", 0o640)
        app.ok("neon", "create", "try", "--no-compute")
        self.api.sql(self.home, self.api.branches(self.home)["try"], "update item set name = 'tried'")
        answer = app.json("neon", "promote", "try", "--yes")
        self.assertEqual(answer["mended"], ".env:2")
        lines = app.read(".env").splitlines()
        self.assertEqual((lines[0], lines[2]), ("# first", "OTHER=1"))
        self.assertTrue(lines[1].endswith("&application_name=x # keep"), lines[1])
        url = re.match(r"DATABASE_URL=(\S+)", lines[1])[1]
        self.assertEqual(postgres.sql(url, "select name from item where id = 1"), "tried")
        branches = self.api.branches(self.home)
        self.assertEqual([name for name in branches if branches[name]["default"]], ["try"])
        self.assertEqual(app.json("neon", "branches")["branches"][1]["current"], True)

    def test_promote_with_a_variable_of_the_environment(self):
        app = self.app(home=None)
        app.variables["DATABASE_URL"] = self.home["uri"]
        app.ok("neon", "create", "try")
        error = app.fails(1, "neon", "promote", "try", "--yes", "--json").error
        self.assertEqual(error["code"], "neon-env-unchanged")
        self.assertIn("is the default branch now", error["message"])

    def test_suspended_compute(self):
        self.api.settings(wake_ms=2500)
        self.api.call("POST", f"/projects/{self.home['id']}/endpoints/{self.home['endpoint']['id']}/suspend")
        app = self.app(config='[database]\nserver = "external"\n')
        started = time.monotonic()
        self.assertEqual(app.ok("psql", "-XAtc", "select count(*) from item").stdout.strip(), "2")
        self.assertGreater(time.monotonic() - started, 2)

    def test_diff(self):
        app = self.app()
        app.ok("neon", "create", "try")
        self.assertTrue(app.json("neon", "diff", "try")["in_sync"])
        self.api.sql(self.home, self.api.branches(self.home)["try"], "set role app; alter table item add column price int")
        answer = app.json("neon", "diff", "try")
        self.assertFalse(answer["in_sync"])
        self.assertRegex(answer["diff"], r"(?m)^\+ +price integer")
        self.assertIn("price", app.ok("neon", "diff", "main", "--base", "try").stdout)


class Trouble(NeonCase):
    def test_not_now(self):
        for status in (423, 429, 503):
            with self.subTest(status=status):
                self.api.rules({"path": "*", "status": status, "times": 2, "headers": {"Retry-After": "0"}},
                               {"method": "POST", "path": "*/branches", "status": status, "times": 2})
                self.app().ok("neon", "create", f"b{status}")
        self.assertEqual(self.names(), ["b423", "b429", "b503", "main"])

    def test_an_answer_that_gets_lost_makes_one_branch(self):
        for number, rule in enumerate((LOST, PAGE, dict(PAGE, status=502))):
            with self.subTest(rule=rule):
                self.api.rules(rule)
                self.api.forget()
                made = self.app().json("neon", "create", f"b{number}")
                self.assertEqual(self.api.count("POST", "/branches"), 1)
                self.assertEqual(made["id"], self.api.branches(self.home)[f"b{number}"]["id"])
        self.assertEqual(len(self.names()), 4)

    def test_a_request_that_gets_lost(self):
        """Nothing was made, and devkit can't know: it says so instead of trying again."""
        self.api.rules({"method": "POST", "path": "*/branches", "status": 504, "body": "<html>"})
        error = self.app().fails(1, "neon", "create", "never", "--json").error
        self.assertEqual(error["code"], "neon-answer-lost")
        self.assertEqual(self.api.count("POST", "/branches"), 1)
        self.assertEqual(self.names(), ["main"])

    def test_a_name_that_is_taken_is_not_adopted(self):
        app = self.app()
        app.ok("neon", "create", "try")
        self.assertEqual(app.fails(1, "neon", "create", "try", "--json").error["code"], "neon-name-taken")
        self.api.rules(LOST)
        error = app.fails(1, "neon", "create", "try", "--json").error
        self.assertEqual(error["code"], "neon-answer-lost")  # one of that name is there, but not this call's

    def test_lost_answers_of_the_other_calls(self):
        app = self.app()
        app.ok("neon", "create", "try", "--no-compute")
        self.api.rules({"method": "POST", "path": "*/set_as_default", "lost": True},
                       {"method": "POST", "path": "*/endpoints", "lost": True})
        app.ok("neon", "promote", "try", "--yes")
        app.ok("neon", "promote", "main", "--yes")
        self.assertEqual(self.api.count("POST", "/endpoints"), 1)
        self.api.rules({"method": "DELETE", "path": "*", "lost": True})
        self.api.forget()
        app.ok("neon", "delete", "try", "--yes")
        self.assertEqual(self.api.count("DELETE"), 1)
        self.assertEqual(self.names(), ["main"])

    def test_reads_are_repeated(self):
        self.api.rules({"method": "GET", "path": "*", "lost": True, "times": 2},
                       {"method": "GET", "path": "*/branches", "status": 524, "body": "<html>", "times": 2})
        self.assertEqual(len(self.app().json("neon", "branches")["branches"]), 1)

    def test_operations_take_their_time(self):
        self.api.settings(operation_ms=1500)
        app = self.app()
        started = time.monotonic()
        app.ok("neon", "create", "slow")
        self.assertGreater(time.monotonic() - started, 1.4)
        app.ok("neon", "create", "next", "--no-compute")  # 423 would be met by an impatient one
        answer = app.json("neon", "operations", "--wait")
        self.assertEqual(answer["running"], 0)
        self.assertIn("create_branch", app.ok("neon", "operations", "-n", "2").stdout)

    def test_an_operation_that_fails(self):
        self.api.settings(fail_operations=1)
        error = self.app().fails(1, "neon", "create", "bad", "--json").error
        self.assertEqual(error["code"], "neon-operation-failed")
        self.assertIn("out of breath", error["detail"])

    def test_patience_ends(self):
        self.api.settings(operation_ms=20000)
        error = self.app().fails(1, "neon", "create", "slow", "--timeout", "1", "--json").error
        self.assertEqual(error["code"], "neon-timeout")
        self.assertIn("devkit neon operations --wait", error["hint"])

    def test_interrupted(self):
        self.api.settings(operation_ms=20000)
        app = self.app()
        child = app.popen("neon", "create", "slow")
        devkit.wait_until(lambda: "slow" in self.names(), what="the branch")
        started = time.monotonic()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
        self.assertEqual(child.returncode, 130)
        self.assertLess(time.monotonic() - started, 3 * devkit.SLOWNESS)

    def test_a_rate_limit(self):
        self.api.settings(per_second=3)
        self.assertEqual(len(self.app().json("neon", "branches")["branches"]), 1)

    def test_keys(self):
        app = self.app()
        app.variables["NEON_API_KEY"] = "napi_wrong_9876543210"
        answer = app.fails(2, "-v", "neon", "branches", "--json")
        self.assertEqual(answer.error["code"], "neon-key-rejected")
        self.assertNotIn("9876543210", answer.stdout + answer.stderr)
        del app.variables["NEON_API_KEY"]
        self.assertEqual(app.fails(2, "neon", "branches", "--json").error["code"], "neon-key-missing")
        folder = app.root / "home/.config/devkit"
        folder.mkdir(parents=True)
        (folder / "neon-api-key").write_text(neon.KEY + "\n")
        (folder / "neon-api-key").chmod(0o600)
        devkit.give(folder.parent, app.account)
        app.ok("neon", "branches")
        self.assertNotIn(neon.KEY, app.ok("-v", "neon", "branches").stderr)

    def test_a_pushed_address_does_not_get_the_key(self):
        app = self.app(config=f'[neon]\napi_url = "{self.api.url}"\n')
        del app.variables["DEVKIT_NEON_API_URL"]
        self.assertEqual(app.fails(3, "neon", "branches", "--json").error["code"], "neon-address-untrusted")
        self.assertEqual(self.api.log(), [])


if __name__ == "__main__":
    unittest.main()
