"""Snapshots as branches of Neon: real rows go back, the tree of branches is as Neon makes it, and nothing that is not
devkit's is touched."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import postgres
from test_neon import NeonCase

CONFIG = """[env.neon]
url_env = "DATABASE_URL"
allow = ["snapshot restore"]
"""


class Snapshots(NeonCase):
    def setUp(self):
        super().setUp()
        self.dk = self.app(config=CONFIG)
        self.restore = ("--env", "neon", "snapshot", "restore", "--confirm", self.database)

    def save(self, name, *words):
        return self.dk.json("snapshot", "save", name, *words)

    def listed(self):
        return {entry["name"]: entry for entry in self.dk.json("snapshot", "list", "--kind", "neon")["snapshots"]}

    def rows(self):
        return postgres.sql(self.home["uri"], "select string_agg(name, ',' order by id) from item")

    def change(self):
        postgres.sql(self.home["uri"], "delete from item where id = 1; update item set name = 'changed'")

    def test_a_branch_without_a_compute_marked_as_ours(self):
        entry = self.save("vor dem Ändern", "--note", "a note")
        self.assertEqual((entry["kind"], entry["note"], entry["server_version"]), ("neon", "a note", "15"))
        branch = self.api.branches(self.home)["devkit/vor dem Ändern"]
        self.assertEqual(branch["parent_id"], self.main["id"])
        self.assertEqual(branch["annotation"]["devkit"], "snapshot")
        endpoints = self.api.call("GET", f"/projects/{self.home['id']}/endpoints")["endpoints"]
        self.assertEqual([endpoint["branch_id"] for endpoint in endpoints], [self.main["id"]])
        listed = self.listed()["vor dem Ändern"]
        self.assertTrue(listed["restorable"])
        self.assertGreater(listed["size_bytes"], 1000000)
        self.assertEqual(self.dk.fails(1, "snapshot", "save", "vor dem Ändern", "--json").error["code"], "snapshot-exists")

    def test_there_and_back_and_forth(self):
        self.save("monday")
        self.change()
        answer = self.dk.json(*self.restore, "monday")
        self.assertEqual(self.rows(), "one,two")  # at the same address
        self.assertTrue(answer["undo"].startswith("devkit/before-restore-"))
        self.dk.json(*self.restore, answer["undo"])
        self.assertEqual(self.rows(), "changed")
        self.dk.json(*self.restore, "monday")
        self.assertEqual(self.rows(), "one,two")

    def test_the_tree_afterwards(self):
        self.save("older")
        self.save("monday")
        answer = self.dk.json(*self.restore, "monday")
        branches = self.api.branches(self.home)
        kept = branches[answer["undo"]]
        self.assertEqual(branches["main"]["parent_id"], branches["devkit/monday"]["id"])
        self.assertEqual({branches[f"devkit/{name}"]["parent_id"] for name in ("older", "monday")}, {kept["id"]})
        notes = "\n".join(answer["notes"])
        self.assertIn("main is a child of the snapshot's branch devkit/monday", notes)
        self.assertIn("devkit/older", notes)
        error = self.dk.fails(3, "snapshot", "rm", "monday", "--json").error
        self.assertEqual(error["code"], "neon-has-children")
        self.assertIn("main", error["detail"])
        listed = self.listed()
        self.assertIn("main", listed["monday"]["kept_because"])
        self.assertIsNone(listed["older"]["kept_because"])
        self.assertTrue(listed[answer["undo"]]["kept_because"])
        self.dk.ok("snapshot", "prune", "--keep", "0", "--purpose", "manual", "--kind", "neon")
        self.assertEqual(sorted(self.api.branches(self.home)), sorted(["main", "devkit/monday", answer["undo"]]))

    def test_others_are_left_alone(self):
        for name in ("devkit/looks-like-one", "theirs"):
            self.api.call("POST", f"/projects/{self.home['id']}/branches", {"branch": {"name": name}})
        foreign = {"devkit": "snapshot", "devkit_branch": "br-of-another-database", "devkit_name": "foreign"}
        self.api.call("POST", f"/projects/{self.home['id']}/branches", {"branch": {"name": "x"}, "annotation_value": foreign})
        self.assertEqual(self.listed(), {})
        self.dk.ok("snapshot", "prune", "--keep", "0", "--purpose", "manual", "--kind", "neon")
        self.dk.fails(1, "snapshot", "rm", "theirs")
        self.assertEqual(self.names(), ["devkit/looks-like-one", "main", "theirs", "x"])
        self.save("looks-like-one")  # the name of the branch is taken, that of the snapshot is not
        self.assertEqual(list(self.listed()), ["looks-like-one"])

    def test_lost_answers(self):
        self.api.rules({"method": "POST", "path": "*/branches", "lost": True})
        self.save("monday")
        self.change()
        self.api.rules({"method": "POST", "path": "*/restore", "act": True, "status": 524, "body": "<html>"})
        self.api.forget()
        answer = self.dk.json(*self.restore, "monday")
        self.assertEqual(self.api.count("POST", "/restore"), 1)
        self.assertEqual(self.rows(), "one,two")
        self.assertEqual(self.names(), sorted([answer["undo"], "devkit/monday", "main"]))

    def test_a_restore_that_fails_changes_nothing(self):
        self.save("monday")
        self.change()
        for rule, code in (({"status": 504, "body": "<html>"}, "neon-answer-lost"), ({"status": 412}, "neon-precondition")):
            self.api.rules(dict(rule, method="POST", path="*/restore"))
            self.assertEqual(self.dk.fails(1, *self.restore, "monday", "--json").error["code"], code)
            self.assertEqual((self.rows(), self.names()), ("changed", ["devkit/monday", "main"]))
        self.api.settings(branch_limit=2)
        self.assertEqual(self.dk.fails(1, *self.restore, "monday", "--json").error["code"], "neon-branch-limit")
        self.assertEqual(self.rows(), "changed")

    def test_protected(self):
        self.save("monday")
        self.change()
        path = f"/projects/{self.home['id']}/branches/{self.main['id']}"
        self.api.call("PATCH", path, {"branch": {"protected": True}})
        self.assertEqual(self.dk.fails(3, *self.restore, "monday", "--json").error["code"], "neon-protected")
        self.assertEqual(self.rows(), "changed")
        self.dk.ok(*self.restore, "monday", "--force")
        self.assertEqual(self.rows(), "one,two")
        self.assertTrue(self.api.call("GET", path)["branch"]["protected"])

    def test_a_snapshot_that_expires(self):
        self.save("monday")
        branch = self.api.branches(self.home)["devkit/monday"]["id"]
        until = postgres.sql(self.home["uri"], """select to_char(now() at time zone 'utc' + '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""")
        self.api.call("PATCH", f"/projects/{self.home['id']}/branches/{branch}", {"branch": {"expires_at": until}})
        self.change()
        answer = self.dk.json(*self.restore, "monday")
        self.assertIn("no longer expires", answer["notes"][0])
        self.assertEqual(self.rows(), "one,two")

    def test_slow_operations_and_a_compute_that_sleeps(self):
        self.api.settings(operation_ms=1000, wake_ms=2500)
        self.save("monday")
        self.change()
        self.api.call("POST", f"/projects/{self.home['id']}/endpoints/{self.home['endpoint']['id']}/suspend")
        self.dk.ok(*self.restore, "monday")
        self.assertEqual(self.rows(), "one,two")

    def test_many_branches_on_many_pages(self):
        for number in range(4):
            self.save(f"s{number}")
        self.api.settings(page_size=2)
        self.assertEqual(sorted(self.listed()), ["s0", "s1", "s2", "s3"])
        self.dk.ok("snapshot", "rm", "s3")
        self.assertEqual(sorted(self.listed()), ["s0", "s1", "s2"])

    def test_backup(self):
        answer = self.dk.json("backup", "--keep", "1")
        self.assertEqual(answer["kind"], "neon")
        self.assertRegex(answer["name"], r"^backup-before-migration-20\d\d-\d\d-\d\d$")
        self.dk.json("backup", "--keep", "1")
        self.assertEqual(list(self.listed()), [answer["name"] + "-2"])

    def test_without_a_key_it_is_another_kind(self):
        del self.dk.variables["NEON_API_KEY"]
        self.assertNotEqual(self.save("monday")["kind"], "neon")
        error = self.dk.fails(1, "snapshot", "save", "tuesday", "--kind", "neon", "--json").error
        self.assertIn("API key", error["detail"])


if __name__ == "__main__":
    unittest.main()
