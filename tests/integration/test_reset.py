"""`devkit reset`, `undo` and `gc` on real servers: where the database comes from, what is kept, what is carried over,
what is refused."""
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
import postgres
import provider
from engine import EngineCase

SPLIT = 3  # parts that tests/run.py runs beside each other
LAYERS = ["migrate", "seed"]


class Sources(EngineCase):
    def test_cold_then_spare(self):
        project = self.small()
        cold = project.json("reset")
        self.assertEqual(cold["source"], "built")
        self.assertEqual([layer["name"] for layer in cold["layers"]], LAYERS)
        self.assertEqual([layer["cached"] for layer in cold["layers"]], [False, False])
        self.assertEqual(project.sql("select count(*) from item"), "3")
        project.ok("gc", "--wait")
        warm = project.json("reset")
        self.assertEqual(warm["source"], "spare")
        self.assertEqual([layer["cached"] for layer in warm["layers"]], [True, True])
        self.assertEqual([layer["key"] for layer in warm["layers"]], [layer["key"] for layer in cold["layers"]])
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_json_is_the_contract(self):
        project = self.small()
        answer = project.ok("reset", "--json").json
        self.assertEqual((answer["schema"], answer["command"], answer["ok"]), (1, "reset", True))
        result = answer["result"]
        self.assertEqual(set(result["layers"][0]), {"name", "cached", "key", "duration_ms"})
        for layer in result["layers"]:
            self.assertRegex(layer["key"], "^[0-9a-f]{64}$")
            self.assertIsInstance(layer["duration_ms"], int)
        self.assertIsInstance(result["duration_ms"], int)
        self.assertIn(result["undo"], project.kinds()["undo"])
        self.assertGreaterEqual(result["duration_ms"], sum(layer["duration_ms"] for layer in result["layers"]))
        self.assertEqual(project.ok("reset", "-q").stderr, "")

    def test_what_people_read(self):
        project = self.small()
        cold = project.ok("reset")
        self.assertRegex(cold.stderr, r"(?m)^ *\S* ?migrate.*\d m?s")
        self.assertRegex(cold.stderr, r"(?m)^ *\S* ?seed.*\d m?s")
        self.assertRegex(cold.stdout, r"app: reset, built, in \d[\d.]* m?s")
        self.assertIn("devkit undo", cold.stdout)
        project.ok("gc", "--wait")
        self.assertIn("from the copy kept ready", project.ok("reset").stdout)

    def test_a_reset_right_after_another(self):
        """The second may meet the worker in the middle: it waits for the spare, or clones the template."""
        project = self.small()
        project.ok("reset")
        for _ in range(4):
            self.assertIn(project.json("reset")["source"], ("spare", "template"))
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_without_a_spare_the_template(self):
        project = self.small(reset="spare = false").warm()
        self.assertEqual(project.source(), "template")
        self.assertEqual(project.counts(), {"template": 2, "undo": 1})

    def test_fresh_builds_every_layer(self):
        project = self.small().warm()
        result = project.json("reset", "--fresh")
        self.assertEqual(result["source"], "built")
        self.assertEqual([layer["cached"] for layer in result["layers"]], [False, False])
        project.settle()
        self.assertEqual(project.source(), "spare")

    def test_fresh_replaces_the_spare_too(self):
        """What a seed takes from outside devkit can't see: --fresh must not leave yesterday's clone behind."""
        project = self.small(seeds={}, config='[seed]\nfiles = []\ncommand = "sh seed.sh"\ninputs = ["seed.sh"]\n')
        project.write("seed.sh", 'psql -qX "$DATABASE_URL" -c "insert into marker values (\'$(cat "$OUTSIDE")\')"\n')
        outside = project.write("../outside", "monday")
        project.variables["OUTSIDE"] = str(outside)
        project.warm()
        project.write("../outside", "tuesday")
        self.assertEqual(project.source("--fresh"), "built")
        for _ in range(2):
            self.assertEqual(project.source(), "spare")
            self.assertEqual(project.sql("select name from marker where name like '%day'"), "tuesday")

    def test_a_changed_seed_starts_at_the_migrated_layer(self):
        project = self.small().warm()
        project.write("seeds/item.csv", "id,name\n7,seven\n")
        result = project.json("reset")
        self.assertEqual(result["source"], "built")
        self.assertEqual([layer["cached"] for layer in result["layers"]], [True, False])
        self.assertEqual(project.sql("select id from item"), "7")

    def test_a_seed_put_back_is_cached(self):
        project = self.small().warm()
        text = project.read("seeds/item.csv")
        project.write("seeds/item.csv", "id,name\n7,seven\n")
        self.assertEqual(project.source(), "built")
        project.write("seeds/item.csv", text)
        self.assertEqual(project.source(), "template")
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_a_new_migration_is_the_only_one_applied(self):
        project = self.small(reset='layers = ["migrate"]')
        for number in range(3, 40):
            project.write(f"migrations/{number:03}_more.sql", f"create table more_{number} ();\n")
        project.warm()
        before = project.sql("select relfilenode from pg_class where relname = 'more_20'")
        project.write("migrations/040_last.sql", "create table the_last ();\n")
        result = project.json("reset")
        self.assertEqual((result["source"], result["layers"][0]["cached"]), ("built", False))
        # a clone keeps the file's number; a table that was created again has another
        self.assertEqual(project.sql("select relfilenode from pg_class where relname = 'more_20'"), before)
        self.assertEqual(project.sql("select count(*) from the_last"), "0")

    def test_a_new_migration_on_a_spare_with_another_owner(self):
        """The spare of the older result is what the new migration is applied in, unless it can't be."""
        project = self.small().warm()
        for number, change in enumerate(("connection limit 1", "owner to boss"), 3):
            project.admin(f"do $$ begin create role boss; exception when others then null; end $$;"
                          f" grant boss to app; alter database app {change}")
            project.source()
            project.ok("gc", "--wait")
            project.write(f"migrations/{number:03}_more.sql", f"create table more_{number} (); "
                                                              f"create schema more_{number}\n")
            self.assertEqual(project.source(), "built")
            self.assertEqual(project.sql(f"select count(*) from more_{number}"), "0")
            self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_an_edited_migration_builds_all(self):
        project = self.small().warm()
        project.write("migrations/001_item.sql", "create table item (id bigint primary key, name text, more text);\n")
        result = project.json("reset")
        self.assertEqual([layer["cached"] for layer in result["layers"]], [False, False])
        self.assertEqual(project.sql("select more is null from item where id = 1"), "t")

    def test_a_removed_migration_builds_all(self):
        project = self.small().warm()
        (project.path / "migrations/002_marker.sql").unlink()
        self.assertEqual(project.source(), "built")
        self.assertEqual(project.sql("select to_regclass('marker') is null"), "t")

    def test_no_seed(self):
        project = self.small().warm()
        result = project.json("reset", "--no-seed")
        self.assertEqual([layer["name"] for layer in result["layers"]], ["migrate"])
        self.assertEqual(result["source"], "template")
        self.assertEqual(project.sql("select count(*) from item"), "0")

    def test_no_layers(self):
        project = self.small(reset="layers = []", migrations={}, seeds={})
        result = project.json("reset")
        self.assertEqual((result["source"], result["layers"]), ("built", []))
        project.sql("create table left_over ()")
        project.settle()
        project.ok("reset")
        self.assertEqual(project.sql("select to_regclass('left_over') is null"), "t")

    def test_layers_without_files_are_left_out(self):
        project = self.small(tool="auto", migrations={}, seeds={})
        self.assertEqual(project.json("reset")["source"], "built")

    def test_the_server_is_started(self):
        project = self.small(up=False)
        self.assertEqual(project.json("reset")["source"], "built")
        project.settle()
        if provider.stops():
            project.ok("down")
        self.assertEqual(project.json("reset")["source"], "spare")

    def test_sessions_in_the_live_database_are_ended(self):
        project = self.small().warm()
        idle = self.client(project)
        busy = self.client(project, statement="begin; create temp table t as select 1; lock table item")
        self.assertEqual(project.source(), "spare")
        for child in (idle, busy):
            output, errors = child.communicate(b"select 'still here';\n", 20)
            self.assertNotIn(b"still here", output)
            self.assertIn(b"terminating connection", errors)

    def test_two_at_once(self):
        project = self.small(migrations={"001_slow.sql": "create table item (id int, name text); select pg_sleep(1.5);"})
        first = project.popen("reset")
        devkit.wait_until(lambda: project.kinds()["building"], 20, "the first build")
        refused = project.fails(1, "reset", "--no-wait", "--json")
        self.assertEqual(refused.error["code"], "locked")
        second = project.ok("reset")
        self.assertIn("waiting for another devkit", second.stderr)
        first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0)
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_two_projects_on_one_server(self):
        project = self.small().warm()
        url = project.url_of("other")
        project.admin('create database other owner app')
        other = self.small(env={"DATABASE_URL": url}, up=False, seeds={"item.csv": "id,name\n1,other\n"})
        threads = [threading.Thread(target=lambda p=p: [p.ok("reset") for _ in range(3)]) for p in (project, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(project.sql("select count(*) from item"), "3")
        self.assertEqual(postgres.sql(url, "select name from item"), "other")
        project.settle()
        other.settle()
        project.ok("gc", "--all", "--yes")
        self.assertEqual(project.counts(), {})
        self.assertTrue(postgres.databases(url, "devkit\\_template\\_%"))
        self.assertEqual(other.source(), "spare")

    def test_a_template_of_another_server_setting_is_not_used(self):
        project = self.small(reset='spare = false').warm()
        self.assertEqual(project.source(), "template")
        project.admin("alter role app set default_text_search_config = 'pg_catalog.german'")
        self.assertEqual(project.source(), "built")


class Undo(EngineCase):
    def test_undo_and_undo_of_the_undo(self):
        project = self.small().warm()
        project.sql("insert into marker values ('mine')")
        kept = project.json("reset")["undo"]
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "0")
        undone = project.json("undo")
        self.assertEqual(undone["source"], "undo")
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "1")
        self.assertNotIn(kept, project.kinds()["undo"])
        self.assertIn(undone["undo"], project.kinds()["undo"])
        project.ok("undo")
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "0")

    def test_resets_in_quick_succession_undo_the_last(self):
        project = self.small(reset="undo = 3").warm()
        for number in range(4):
            project.sql(f"insert into marker values ('{number}')")
            project.ok("reset")
        project.ok("undo")
        self.assertEqual(project.sql("select name from marker where name <> 'migrated'"), "3")

    def test_nothing_to_undo(self):
        project = self.small()
        failed = project.fails(1, "undo", "--json")
        self.assertEqual(failed.error["code"], "no-undo")
        self.assertIn("devkit reset", failed.error["hint"])

    def test_none_kept_asks(self):
        project = self.small(reset="undo = 0")
        refused = project.fails(3, "reset", "--no-input", "--json")
        self.assertEqual(refused.error["code"], "confirmation-needed")
        self.assertIn("--yes", refused.error["hint"])
        self.assertEqual(project.counts(), {})
        project.ok("reset", "--yes")
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"spare": 1, "template": 2})

    def test_two_kept(self):
        project = self.small(reset="undo = 2").warm()
        for _ in range(3):
            project.source()
        project.ok("gc", "--wait")
        self.assertEqual(project.counts()["undo"], 2)

    def test_undo_keeps_sessions_out_and_ends_them(self):
        project = self.small().warm()
        project.source()
        idle = self.client(project)
        in_undo = self.client(project, project.kinds()["undo"][0])
        project.ok("undo")
        for child in (idle, in_undo):
            self.assertIn(b"terminating connection", child.communicate(b"select 1;\n", 20)[1])


class Keeping(EngineCase):
    def test_no_templates(self):
        project = self.small(reset="templates = 0").warm()
        self.assertEqual(project.counts(), {"undo": 1})
        self.assertEqual(project.source(), "built")

    def test_templates_are_kept_to_the_number(self):
        project = self.small(reset="templates = 3").warm()
        for number in range(4):
            project.write("seeds/item.csv", f"id,name\n{number},more\n")
            self.assertEqual(project.source(), "built")
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"template": 3, "spare": 1, "undo": 1})
        self.assertEqual(project.source(), "spare")

    def test_one_template_is_the_whole_recipe(self):
        project = self.small(reset="templates = 1\nspare = false").warm()
        self.assertEqual(project.counts()["template"], 1)
        self.assertEqual(project.source(), "template")

    def test_the_least_recently_used_goes(self):
        project = self.small(reset="templates = 3\nspare = false")
        keys = []
        for number in (1, 2):
            project.write("seeds/item.csv", f"id,name\n{number},more\n")
            keys.append(project.json("reset")["layers"][1]["key"][:16])
            project.settle()
            time.sleep(1.1)  # times of use are kept in seconds
        project.write("seeds/item.csv", "id,name\n1,more\n")
        self.assertEqual(project.source(), "template")
        time.sleep(1.1)
        project.write("seeds/item.csv", "id,name\n3,more\n")
        self.assertEqual(project.source(), "built")
        kept = " ".join(project.kinds()["template"])
        self.assertIn(keys[0], kept)
        self.assertNotIn(keys[1], kept)

    def test_max_size_evicts(self):
        project = self.small().warm()
        project.write("seeds/item.csv", "id,name\n9,nine\n")
        project.source()
        self.assertEqual(project.counts(), {"template": 3, "spare": 1, "undo": 1})
        one = int(project.sql("select pg_database_size(current_database())"))
        for room, wanted in ((4.6, {"template": 2, "spare": 1, "undo": 1}), (3.6, {"template": 2, "undo": 1}),
                             (2.6, {"template": 1, "undo": 1}), (0.5, {"undo": 1})):
            project.variables["DEVKIT_RESET_MAX_SIZE"] = str(int(one * room))
            project.ok("gc", "--wait")
            self.assertEqual(project.counts(), wanted, f"room for {room} databases")
        self.assertEqual(project.source(), "built")

    def test_max_age_builds_again(self):
        project = self.small(reset='max_age = "2s"').warm()
        time.sleep(3.2)
        self.assertEqual(project.source(), "built")

    def test_gc(self):
        project = self.small().warm()
        project.admin(f"create database devkit_building_{project.scope}_1 owner app")
        project.admin(f"create database devkit_filling_{project.scope}_1 owner app")
        project.admin(f"create database devkit_doomed_{project.scope}_1 owner app")
        project.admin("create database devkit_building_0badc0de_1 owner app")
        leftovers = {f"devkit_{kind}_{project.scope}_1" for kind in ("building", "filling", "doomed")}
        dry = project.json("gc", "--dry-run")
        self.assertEqual((set(dry["removed"]), dry["dry_run"]), (leftovers, True))
        self.assertEqual(project.counts()["building"], 1)
        swept = project.json("gc")
        self.assertEqual(set(swept["removed"]), leftovers)
        self.assertEqual(project.counts(), {"template": 2, "spare": 1, "undo": 1})
        self.assertEqual(swept["kept_bytes"], sum(entry["size_bytes"] for entry in swept["kept"]))
        self.assertEqual({entry["kind"] for entry in swept["kept"]}, {"template", "spare", "undo"})
        for entry in swept["kept"]:
            self.assertRegex(entry["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertTrue(postgres.databases(project.url, "devkit\\_building\\_0badc0de%"), "another project's")

    def test_gc_all_asks(self):
        project = self.small().warm()
        self.assertEqual(project.fails(3, "gc", "--all", "--no-input", "--json").error["code"], "confirmation-needed")
        self.assertEqual(project.counts(), {"template": 2, "spare": 1, "undo": 1})
        self.assertEqual(len(project.json("gc", "--all", "--dry-run")["removed"]), 4)
        self.assertEqual(len(project.json("gc", "--all", "--yes")["removed"]), 4)
        self.assertEqual(project.counts(), {})
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_a_comment_that_is_not_ours_does_no_harm(self):
        """Somebody wrote over the notes: such templates are not used, and swept."""
        project = self.small().warm()
        for names in project.kinds().values():
            for name in names:
                project.admin(f"comment on database {name} is '{{\"devkit\": 99, \"kind\": [}}'")
        self.assertEqual(project.source(), "built")
        self.assertEqual(project.sql("select count(*) from item"), "3")


class Settings(EngineCase):
    def carried(self, project):
        return project.admin(
            "select s.setrole::regrole, c from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase,"
            f" unnest(setconfig) c where datname = '{project.database}' order by 1, 2")

    def described(self, project):
        """Neither the order of the settings nor default grants written out make a difference."""
        return project.admin(f"""
            select datdba::regrole, datconnlimit, shobj_description(oid, 'pg_database') from pg_database
             where datname = '{project.database}';
            select a.grantee::regrole, privilege_type, is_grantable from pg_database,
             aclexplode(coalesce(datacl, acldefault('d', datdba))) a where datname = '{project.database}' order by 1, 2;
            """) + "\n" + self.carried(project)

    def test_everything_of_the_database_itself(self):
        project = self.small().warm()
        project.admin("""
            create role reader; create role "Odd Role" login; create role boss;
            revoke connect on database app from public;
            grant connect on database app to reader with grant option;
            grant create, temporary on database app to "Odd Role";
            alter database app set search_path to "$user", "My Schema", public;
            alter database app set statement_timeout to '61s';
            alter database app set app.secret to E'it''s\\na \\\\ "secret" = $1, yes';
            alter database app set "Mixed.Case" to 'x';
            alter database app set DateStyle to 'SQL, DMY';
            alter role "Odd Role" in database app set work_mem to '12MB';
            alter role app in database app set search_path to '';
            alter database app connection limit 47;
            comment on database app is E'  Über "quotes" ''and''\\n\\\\ lines {"devkit": 1} ';
        """)
        before = self.described(project)
        for step in ("reset", "reset", "undo", "reset"):
            answer = project.json(step)
            self.assertEqual(answer["notes"], [])
            self.assertEqual(self.described(project), before, step)
            project.settle()
        project.ok("reset", "--fresh")
        self.assertEqual(self.described(project), before)
        self.assertEqual(project.sql("show search_path"), '""')
        project.admin("alter database app owner to boss; grant boss to app")
        before = self.described(project)
        project.ok("reset")
        self.assertEqual(self.described(project), before)

    def test_no_settings_no_change(self):
        project = self.small().warm()
        before = self.described(project)
        for step in ("reset", "undo", "reset"):
            project.ok(step)
            self.assertEqual(self.described(project), before)

    def test_what_is_taken_away_stays_away(self):
        project = self.small().warm()
        project.admin("alter database app set work_mem to '5MB'; create role reader;"
                      " grant create on database app to reader; alter database app connection limit 5;"
                      " comment on database app is 'short'")
        project.source()
        project.admin("alter database app reset work_mem; revoke create on database app from reader;"
                      " alter database app connection limit -1; comment on database app is null")
        before = self.described(project)
        for _ in range(2):
            project.source()
            self.assertEqual(self.described(project), before)

    OWN = """do $$ begin execute format('alter database %I set {}', current_database()); end $$;\n"""

    def test_settings_of_a_migration_come_and_go_with_it(self):
        for reset in ("", "templates = 0", "undo = 0", 'mode = "in-place"'):
            with self.subTest(reset):
                self.comes_and_goes(reset)

    def comes_and_goes(self, reset):
        project = self.small(reset=reset)
        project.admin("alter database app set work_mem to '7MB'")
        project.write("migrations/003_own.sql", self.OWN.format("lock_timeout to ''9s''"))
        reset = lambda: (project.ok("reset", "--yes"), project.settle(), project.ok("gc", "--wait"))
        reset()
        self.assertEqual(self.carried(project), "-|lock_timeout=9s\n-|work_mem=7MB")
        project.admin("alter database app set deadlock_timeout to '3s'")
        reset()
        self.assertEqual(self.carried(project), "-|deadlock_timeout=3s\n-|lock_timeout=9s\n-|work_mem=7MB")
        project.write("migrations/003_own.sql", self.OWN.format("lock_timeout to ''8s''"))
        reset()
        self.assertEqual(self.carried(project), "-|deadlock_timeout=3s\n-|lock_timeout=8s\n-|work_mem=7MB")
        (project.path / "migrations/003_own.sql").unlink()
        reset()
        self.assertEqual(self.carried(project), "-|deadlock_timeout=3s\n-|work_mem=7MB")
        project.close()

    def test_a_setting_of_a_migration_is_there_for_the_seed(self):
        project = self.small(seeds={"a.sql": "insert into marker select current_setting('lock_timeout');"})
        project.write("migrations/003_own.sql", self.OWN.format("lock_timeout to ''9s''"))
        project.warm()
        project.write("seeds/a.sql", "insert into marker select 'again ' || current_setting('lock_timeout');")
        project.source()
        self.assertEqual(project.sql("select name from marker where name <> 'migrated'"), "again 9s")

    def test_grants_of_a_migration(self):
        project = self.small()
        project.admin("create role reader")
        project.write("migrations/003_own.sql",
                      "do $$ begin execute format('grant create on database %I to reader', current_database()); end $$;")
        project.warm()
        can = "select has_database_privilege('reader', 'app', 'create')"
        self.assertEqual(project.sql(can), "t")
        (project.path / "migrations/003_own.sql").unlink()
        project.source()
        self.assertEqual(project.sql(can), "f")


class Guards(EngineCase):
    def untouched(self, project, before):
        self.assertEqual(project.admin("select oid, datname from pg_database order by 1"), before)

    def test_protected_environment(self):
        project = self.small(config='[env.production]\nurl_env = "PRODUCTION_URL"\nprotected = true\n')
        project.write(".env", f"DATABASE_URL={project.url}\nPRODUCTION_URL={project.url_of('other')}\n")
        project.warm()
        before = project.admin("select oid, datname from pg_database order by 1")
        for words in (["reset"], ["undo"], ["reset", "--yes"], ["reset", "--confirm", "app"], ["gc", "--all", "--yes"]):
            refused = project.fails(3, "--env", "production", *words, "--json")
            self.assertEqual(refused.error["code"], "protected", words)
            self.untouched(project, before)
        project.write(".env", f"DATABASE_URL={project.url}\nPRODUCTION_URL={project.url}\n")
        self.assertEqual(project.fails(3, "reset", "--yes", "--json").error["code"], "protected")
        self.untouched(project, before)

    def test_protect_marks_the_database(self):
        project = self.small().warm()
        project.admin("comment on database app is 'shop'")
        project.source()
        project.ok("protect")
        self.assertIn("shop", project.admin("select shobj_description(oid, 'pg_database') from pg_database"
                                            " where datname = 'app'"))
        before = project.admin("select oid, datname from pg_database order by 1")
        for words in (["reset"], ["reset", "--yes", "--force"], ["undo"], ["seed"]):
            refused = project.fails(3, *words, "--json")
            self.assertEqual(refused.error["code"], "protected", words)
            self.assertIn("devkit unprotect", refused.error["hint"])
            self.untouched(project, before)
        project.ok("unprotect")
        self.assertEqual(project.admin("select shobj_description(oid, 'pg_database') from pg_database"
                                       " where datname = 'app'"), "shop")
        self.assertEqual(project.source(), "spare")

    def test_another_machine(self):
        url = "postgresql://app:secret@db.example.com:5432/app"
        project = self.small(env={"DATABASE_URL": url}, up=False)
        for words in (["reset"], ["reset", "--yes"], ["undo"], ["reset", "--confirm", "app"]):
            refused = project.fails(3, *words, "--json", timeout=20)
            self.assertEqual(refused.error["code"], "not-this-machine", words)
            self.assertIn("db.example.com", refused.error["message"])
        self.assertFalse((project.path / ".devkit/postgres").exists())

    def test_another_machine_when_allowed(self):
        """allow alone is not enough; with the name it goes on, and then fails to connect."""
        project = self.small(up=False, config='[env.staging]\nurl_env = "STAGING_URL"\nallow = ["reset"]\n')
        project.write(".env", "STAGING_URL=postgresql://app:secret@192.0.2.1:5432/shop?connect_timeout=2\n")
        for words, code in ((["reset"], "confirmation-needed"), (["reset", "--yes"], "confirmation-needed"),
                            (["reset", "--confirm", "app"], "confirmation-needed"), (["undo"], "not-this-machine")):
            refused = project.fails(3, "--env", "staging", *words, "--json")
            self.assertEqual(refused.error["code"], code, words)
        allowed = project.fails(1, "--env", "staging", "reset", "--confirm", "shop", "--json", timeout=60)
        self.assertNotIn(allowed.error["code"], ("confirmation-needed", "not-this-machine"))


class Names(EngineCase):
    def round_trip(self, project):
        self.assertEqual(project.json("reset")["source"], "built")
        project.sql("insert into marker values ('mine')")
        project.ok("gc", "--wait")
        self.assertEqual(project.source(), "spare")
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "0")
        project.ok("undo")
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "1")
        project.ok("gc", "--all", "--yes")
        self.assertEqual(postgres.databases(project.url, "devkit\\_%"), [])

    def test_database_and_role_with_odd_names(self):
        self.round_trip(self.small(database='My-App "x" it\'s', role='Ro-le "R"'))

    def test_a_name_of_63_bytes(self):
        self.round_trip(self.small(database="ä" * 31 + "b", role="r" * 63))

    def test_password(self):
        project = self.small(password="p%40@:/?#[] '\"\\&=ä")
        self.round_trip(project)
        for result in (project.ok("reset", "-v"), project.fails(2, "reset", "--nonsense", "-v")):
            self.assertNotIn(project.password, result.stdout + result.stderr)

    def test_project_folder(self):
        name = "a 'quoted' \"folder\" $HOME `x` with spaces " + "l" * 200
        self.round_trip(self.small(name=name[:200]))


if __name__ == "__main__":
    import unittest
    unittest.main()
