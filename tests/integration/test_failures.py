"""What can go wrong in a reset: whatever it is, the live database is to the byte what it was, the message says what
failed and what mends it, and the next reset works."""
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import demo_data
import devkit
import postgres
from engine import EngineCase, EngineProject, FAST

SPLIT = 3  # parts that tests/run.py runs beside each other
LOGICAL = FAST + '\nsettings = { wal_level = "logical", max_prepared_transactions = "4" }'


SEED_COMMAND = '[seed]\nfiles = ["seeds/item.csv"]\ncommand = "sh seed.sh"\n'


class FailureCase(EngineCase):
    def lived_in(self, *arguments, **keywords):
        """A warm project whose live database is not what the recipe makes."""
        project = self.small(*arguments, **keywords).warm()
        project.sql("""create table own (id serial primary key, text text); insert into own (text)
            select md5(g::text) from generate_series(1, 500) g; create view own_view as select * from own;
            delete from item where id = 2; insert into marker values ('mine')""")
        return project

    def fails_and_keeps(self, project, status, code, *words, **keywords):
        """A reset that fails, and leaves the live database to the byte as it was, the server without leftovers."""
        before = (postgres.dump(project.url), project.admin(
            "select oid, datname, datacl, datconnlimit from pg_database where datname = 'app'"))
        failed = project.fails(status, *(words or ("reset",)), "--json", **keywords)
        after = (postgres.dump(project.url), project.admin(
            "select oid, datname, datacl, datconnlimit from pg_database where datname = 'app'"))
        self.assertEqual(after, before)
        self.assertEqual(failed.error["code"], code, str(failed))
        project.settle()
        project.ok("gc")
        self.assertFalse({"building", "filling", "doomed", "replaced"} & set(project.counts()), project.kinds())
        return failed.error

    def recovers(self, project, source=None):
        result = project.json("reset")
        if source:
            self.assertEqual(result["source"], source)
        self.assertEqual(project.sql("select count(*) from item"), "3")
        self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "0")


class Layers(FailureCase):
    def test_a_migration_that_fails_half_way(self):
        project = self.lived_in()
        path = project.write("migrations/003_bad.sql", "create table half ();\n\ninsert into half\n"
                                                       "  values (1, 2);\ncreate table other ();\n")
        error = self.fails_and_keeps(project, 1, "sql-failed")
        self.assertIn("migrations/003_bad.sql:4:11", error["message"])
        text = project.fails(1, "reset").stderr
        self.assertIn("migrations/003_bad.sql:4:11", text)
        self.assertIn("INSERT has more expressions than target columns", text)
        path.unlink()
        self.recovers(project)

    def test_a_bad_row_in_line_70003(self):
        project = self.lived_in()
        project.write("migrations/003_task.sql", "create table task (id serial primary key, user_id int, title text,"
                                                 " status text, is_complete boolean, due_date date);\n")
        seed = project.write("seeds/task.csv", "")
        demo_data.write_tasks(seed, 100_000, bad_row=70_002)
        error = self.fails_and_keeps(project, 1, "sql-failed")
        self.assertIn("seeds/task.csv:70003", error["message"])
        self.assertIn("not a number", error["message"] + error["detail"])
        demo_data.write_tasks(seed, 100_000)
        devkit.give(seed.parent, project.account)
        result = project.json("reset")
        self.assertEqual([layer["cached"] for layer in result["layers"]], [True, False])
        self.assertEqual(project.sql("select count(*) from task"), "100000")

    def test_what_a_failing_seed_leaves_of_the_layer_below(self):
        project = self.lived_in()
        project.write("migrations/003_new.sql", "create table new_one ();\n")
        bad = project.write("seeds/zz.sql", "insert into nowhere values (1);\n")
        self.fails_and_keeps(project, 1, "sql-failed")
        bad.unlink()
        result = project.json("reset")
        self.assertEqual([layer["cached"] for layer in result["layers"]], [True, False])

    def test_a_command_that_fails(self):
        project = self.lived_in(config=SEED_COMMAND, files={"seed.sh": "true\n"})
        project.write("seed.sh", "echo about to fail >&2; exit 7\n")
        error = self.fails_and_keeps(project, 1, "command-failed")
        self.assertIn("about to fail", error["detail"])

    def test_a_failing_check_of_the_result(self):
        project = self.lived_in()
        project.configure('tool = "sql"', 'tool = "sql"\nverify = ["select count(*) > 5 from marker"]')
        self.fails_and_keeps(project, 1, "verify-failed")

    def interrupted(self, sign, words=("reset",)):
        project = self.lived_in()
        project.write("migrations/003_slow.sql", "create table slow_one (); select pg_sleep(30);\n")
        before = postgres.dump(project.url)
        child = project.popen(*words)
        devkit.wait_until(lambda: project.admin("select count(*) from pg_stat_activity where query like '%pg_sleep%'"
                                                " and state = 'active' and pid <> pg_backend_pid()") != "0", 20, "the sleep")
        started = time.monotonic()
        os.kill(child.pid, sign)
        output, errors = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130, errors)
        self.assertLess(time.monotonic() - started, 8 * devkit.SLOWNESS)
        self.assertEqual(postgres.dump(project.url), before)
        project.settle()
        self.assertEqual(project.admin("select count(*) from pg_stat_activity where query like '%pg_sleep%'"
                                       " and pid <> pg_backend_pid()"), "0")
        (project.path / "migrations/003_slow.sql").unlink()
        self.recovers(project)
        return project

    def test_control_c(self):
        self.interrupted(signal.SIGINT)

    def test_terminate(self):
        self.interrupted(signal.SIGTERM)

    def test_control_c_in_a_command(self):
        project = self.lived_in(config=SEED_COMMAND, files={"seed.sh": "true\n"})
        project.write("seed.sh", "sleep 61 & echo started > started; wait\n")
        before = postgres.dump(project.url)
        child = project.popen("reset")
        devkit.wait_until((project.path / "started").exists, 20, "the command")
        os.kill(child.pid, signal.SIGINT)
        child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130)
        self.assertEqual(postgres.dump(project.url), before)
        self.assertFalse([pid for pid in devkit.processes_of(project.path) if b"sleep" in devkit.command_line(pid)])

    def test_control_c_while_waiting(self):
        project = self.small(migrations={"001_slow.sql": "create table item (id int, name text); select pg_sleep(30);"})
        first = project.popen("reset")
        devkit.wait_until(lambda: project.kinds()["building"], 20, "the first build")
        second = project.popen("reset")
        time.sleep(0.8)
        os.kill(second.pid, signal.SIGINT)
        second.communicate(timeout=20)
        self.assertEqual(second.returncode, 130)
        os.kill(first.pid, signal.SIGINT)
        first.communicate(timeout=20)
        self.assertEqual(first.returncode, 130)

    def astray(self, mode=""):
        project = self.small(reset=mode, tool="command", config="", migrations={},
                             seeds={"item.csv": "id,name\n1,one\n2,two\n3,three\n"})
        project.configure('tool = "command"', 'tool = "command"\ncommand = "sh up.sh"\ninputs = ["up.sh"]')
        return project

    UP = ('psql -qX -v ON_ERROR_STOP=1 "{}" -c "create table item (id int primary key, name text);'
          ' create table marker (name text);"\n')

    def test_a_command_with_a_url_of_its_own(self):
        project = self.astray()
        project.write("up.sh", self.UP.format(project.url))
        failed = project.fails(1, "reset", "--json").error
        self.assertEqual(failed["code"], "layer-astray")
        self.assertIn("DATABASE_URL", failed["detail"] + failed["hint"])
        self.assertIn("in-place", failed["hint"])
        project.settle()
        project.sql("drop table item, marker")
        project.configure("[reset]", '[reset]\nmode = "in-place"')
        self.recovers(project, "built")

    def test_a_command_that_adds_nothing_is_no_fault(self):
        project = self.small(config='[seed]\nfiles = ["seeds/item.csv"]\ncommand = "true"\n')
        self.recovers(project, "built")

    def test_migrations_that_act_outside(self):
        project = self.lived_in()
        for number, statement in enumerate(("alter database app set work_mem = '1MB'", "create role somebody",
                                            "grant create on database app to public",
                                            "comment on database app is 'x'")):
            path = project.write("migrations/003_outside.sql", statement + ";\n")
            before = project.admin(postgres.DATABASE, "app")
            error = self.fails_and_keeps(project, 1, project.run("reset", "--json").error["code"])
            self.assertIn("003_outside.sql:1", error["message"], statement)
            self.assertIn("in-place", error["hint"], statement)
            self.assertEqual(project.admin(postgres.DATABASE, "app"), before)
            path.unlink()

    def test_commands_that_act_outside_are_told(self):
        project = self.lived_in(config=SEED_COMMAND, files={"seed.sh": "true\n"})
        project.admin("alter role app createrole")
        project.write("seed.sh", 'psql -qX "$DATABASE_URL" -c "create role made_outside"\n')
        result = project.json("reset")
        self.assertTrue([note for note in result["notes"] if "roles" in note], result["notes"])

    def test_the_fingerprint_of_many_files_is_cheap(self):
        """An unchanged tree is looked at, not read: the second run opens none of its files."""
        project = self.small(config='[seed]\nfiles = []\ncommand = "true"\ninputs = ["data"]\n')
        for number in range(100):
            folder = project.path / f"data/{number}"
            folder.mkdir(parents=True)
            for file in range(200):
                (folder / f"{file}.txt").write_text(f"{number} {file}\n")
        devkit.give(project.path, project.account)
        project.warm()
        time.sleep(2.1)  # an entry is trusted when the file is clearly older than the entry
        project.ok("reset")
        before = project.json("reset")["layers"]

        def reads():
            """How often a reset calls read(); the kernel adds a child's to its parent's."""
            run = f"{devkit.program()} reset >/dev/null && cat /proc/$$/io"
            return int(project.ok(command=["sh", "-c", run]).stdout.split("syscr: ")[1].split()[0])
        if pathlib.Path("/proc/self/io").exists():
            self.assertLess(reads(), 4000)
            project.settle()
            (project.path / ".devkit/hashes").unlink()
            self.assertGreater(reads(), 20_000)
        os.utime(project.path / "data/7/7.txt")
        self.assertEqual(project.json("reset")["layers"], before)
        (project.path / "data/7/7.txt").write_text("changed\n")
        changed = project.json("reset")["layers"]
        self.assertEqual(changed[0]["key"], before[0]["key"])
        self.assertNotEqual(changed[1]["key"], before[1]["key"])


class InPlace(FailureCase):
    MODE = 'mode = "in-place"\nspare = false'

    def test_success(self):
        project = self.small(self.MODE)
        project.sql("create table own ()")
        project.admin("comment on database app is 'shop'; alter database app set work_mem to '5MB';"
                      " alter database app connection limit 9")
        described = project.admin(postgres.DATABASE, "app")
        result = project.json("reset")
        self.assertEqual(result["source"], "built")
        self.assertEqual(project.sql("select count(*) from item"), "3")
        self.assertEqual(project.sql("select to_regclass('own') is null"), "t")
        self.assertEqual(project.admin(postgres.DATABASE, "app"), described)
        self.assertIn(result["undo"], project.kinds()["undo"])
        self.assertEqual(project.json("reset")["source"], "template")
        project.ok("undo")
        project.ok("undo")
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_undo(self):
        project = self.small(self.MODE)
        project.sql("create table own ()")
        project.ok("reset")
        project.ok("undo")
        self.assertEqual(project.sql("select to_regclass('own') is null"), "f")

    def test_failure(self):
        project = self.lived_in(self.MODE)
        project.admin("comment on database app is 'shop'")
        project.write("migrations/003_bad.sql", "select 1/0;\n")
        self.client(project)
        error = self.fails_and_keeps(project, 1, "sql-failed")
        self.assertIn("003_bad.sql:1", error["message"])
        self.assertEqual(project.admin("select shobj_description(oid, 'pg_database') from pg_database"
                                       " where datname = 'app'"), "shop")

    def test_control_c(self):
        project = self.lived_in(self.MODE)
        before = postgres.dump(project.url)
        project.write("migrations/003_slow.sql", "create table slow_one (); select pg_sleep(30);\n")
        child = project.popen("reset")
        devkit.wait_until(lambda: project.kinds()["replaced"], 20, "the build in place")
        devkit.wait_until(lambda: project.sql("select to_regclass('marker') is not null", check=False) == "t", 20, "it")
        client = self.client(project)
        os.kill(child.pid, signal.SIGINT)
        output, errors = child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130, errors)
        self.assertEqual(postgres.dump(project.url), before)
        self.assertFalse(project.kinds()["replaced"])
        self.assertIn(b"terminating", client.communicate(b"select 1;\n")[1])

    def test_a_kill_is_mended_by_the_next_command(self):
        project = self.lived_in(self.MODE)
        project.admin("comment on database app is 'shop'")
        before = postgres.dump(project.url)
        slow = project.write("migrations/003_slow.sql", "create table slow_one (); select pg_sleep(30);\n")
        for words in (["gc"], ["undo"], ["protect"], ["up"], ["reset"]):
            child = project.popen("reset")
            devkit.wait_until(lambda: project.kinds()["replaced"], 20, "the build in place")
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            if words == ["reset"]:
                slow.unlink()
            if words == ["undo"]:
                project.run("undo")  # there may be none
                project.run("undo")
            else:
                self.assertIn("is back", project.ok(*words).stderr)
            if words == ["reset"]:
                self.assertEqual(project.sql("select count(*) from marker where name = 'mine'"), "0")
            else:
                self.assertEqual(postgres.dump(project.url), before, words)
                project.run("unprotect")
                self.assertEqual(project.admin("select shobj_description(oid, 'pg_database') from pg_database"
                                               " where datname = 'app'"), "shop")
        project.ok("undo")
        self.assertEqual(postgres.dump(project.url), before)

    def test_clients_that_come_back_are_no_failure(self):
        project = self.small(self.MODE)
        stop = []

        def nag():
            while not stop:
                project.sql("select pg_sleep(0.2)", check=False)
        import threading
        threads = [threading.Thread(target=nag) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(2):
                project.ok("reset", "--fresh")
        finally:
            stop.append(True)
            for thread in threads:
                thread.join()
        self.assertEqual(project.sql("select count(*) from item"), "3")


class Obstacles(FailureCase):
    """What else lives on the server."""

    def test_a_prepared_transaction(self):
        project = self.lived_in(server=LOGICAL)
        project.sql("begin; insert into marker values ('prepared'); prepare transaction 'the gid''s';")
        for words in (["reset"], ["undo"], ["reset", "--force"]):
            error = self.fails_and_keeps(project, 1, "prepared-transaction", *words)
            self.assertIn("the gid's", error["message"])
            self.assertIn('"app"', error["message"])
            self.assertIn("ROLLBACK PREPARED 'the gid''s'", error["hint"])
        project.sql("rollback prepared 'the gid''s'")
        self.recovers(project, "spare")

    def test_a_logical_slot(self):
        project = self.lived_in(server=LOGICAL)
        project.admin("select pg_create_logical_replication_slot('our_slot', 'test_decoding')", "app")
        for words in (["reset"], ["undo"]):
            error = self.fails_and_keeps(project, 3, "replication-follows", *words)
            self.assertIn("our_slot", error["message"])
            self.assertIn("--force", error["hint"])
        project.ok("reset", "--force")
        self.assertEqual(project.sql("select count(*) from item"), "3")
        self.assertIn("undo", project.admin("select database from pg_replication_slots"))
        project.admin("select pg_drop_replication_slot('our_slot')")

    def test_a_subscription(self):
        project = self.lived_in(server=LOGICAL)
        project.admin("create subscription our_subscription connection 'dbname=none' publication p"
                      " with (connect = false, slot_name = none)", "app")
        error = self.fails_and_keeps(project, 3, "replication-follows")
        self.assertIn("our_subscription", error["message"])
        project.admin("drop subscription our_subscription", "app")
        self.recovers(project, "spare")

    def test_sessions_with_thousands_of_temporary_tables(self):
        project = self.lived_in(server=FAST + '\nsettings = { max_locks_per_transaction = "512" }')
        client = self.client(project, statement="do $$ begin for n in 1..2000 loop execute"
                             " 'create temp table t' || n || ' (a int primary key, b text)'; end loop; end $$")
        self.recovers(project, "spare")
        self.assertIn(b"terminating", client.communicate(b"select 1;\n", 30)[1])

    def test_sessions_in_spare_template_and_undo(self):
        project = self.lived_in()
        project.source()
        kinds = project.kinds()
        clients = [self.client(project, name) for kind in ("spare", "template", "undo") for name in kinds[kind]]
        self.assertEqual(project.json("reset")["source"], "spare")
        project.settle()
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"template": 2, "spare": 1, "undo": 1})
        self.assertEqual(project.source(), "spare")
        project.write("seeds/item.csv", "id,name\n1,x\n2,y\n3,z\n")
        clients += [self.client(project, name) for name in project.kinds()["template"]]
        self.recovers(project, "built")
        self.assertGreater(len(clients), 4)

    def test_grants_committed_meanwhile(self):
        project = self.small(reset="undo = 1").warm()
        project.admin("create role r1; create role r2")
        child = self.client(project, "postgres")
        admin = project.popen(command=[postgres.client("psql"), "-XAtq", "-h", project.socket, "-p", project.port, "-U",
                                       "devkit_admin", "-d", "postgres", "-f", "-"], stdin=-1)
        admin.stdin.write(b"grant create on database app to r1;\nrevoke create on database app from r1;\n" * 3000)
        admin.stdin.flush()
        for _ in range(8):
            project.ok("reset")
        self.assertIsNone(child.poll())
        admin.kill()
        admin.communicate()
        self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_a_frozen_session_elsewhere(self):
        """DROP DATABASE waits for every session of the server: never in a reset's foreground."""
        project = self.lived_in()
        client = self.client(project, "postgres", statement="select pg_backend_pid()")
        pid = int(project.admin("select pid from pg_stat_activity where usename = 'app' and datname = 'postgres'"))
        os.kill(pid, signal.SIGSTOP)
        try:
            for _ in range(3):
                self.assertIn(project.json("reset", timeout=30)["source"], ("spare", "template"))
            self.assertEqual(project.sql("select count(*) from item"), "3")
        finally:
            os.kill(pid, signal.SIGCONT)
        project.settle()
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"template": 2, "spare": 1, "undo": 1})
        self.assertIsNone(client.poll())

    def test_a_role_that_a_template_needs(self):
        project = self.small()
        project.admin("alter role app createrole")
        project.write("migrations/003_role.sql", "do $$ begin if not exists (select from pg_roles where rolname ="
                                                 " 'reporter') then create role reporter; end if; end $$;\n")
        project.warm()
        self.assertEqual(project.source(), "spare")
        project.admin("drop role reporter")
        self.assertEqual(project.source(), "built")
        self.assertEqual(project.admin("select count(*) from pg_roles where rolname = 'reporter'"), "1")
        project.ok("gc", "--wait")
        self.assertEqual(project.source(), "spare")

    def test_login_triggers(self):
        """They fire in a clone, too (17); devkit's own sessions are not the logins they mean."""
        major = self.major or max(postgres.versions())
        if major < 17:
            self.skipTest("PostgreSQL 17 is not installed (scripts/test fetches it)")
        project = self.small(bin_dir=postgres.bin_dir(major), config='[seed]\ncommand = "true"\n')
        project.admin("alter role app superuser")
        project.write("migrations/003_trigger.sql", "create function log_it() returns event_trigger language plpgsql as"
                      " $$ begin if session_user = 'devkit_admin' then raise exception 'not you'; end if; end $$;\n"
                      "create event trigger on_login on login execute function log_it();\n"
                      "alter event trigger on_login enable always;\n")
        project.warm()
        self.assertEqual(project.source(), "spare")
        project.write("seeds/item.csv", "id,name\n1,x\n2,y\n3,z\n")
        self.recovers(project, "built")

    def test_an_interrupted_drop(self):
        """It leaves connection limit -2: such a database can't be used, and must not be in the way."""
        project = self.lived_in()
        project.source()
        for kind, source in (("undo", "spare"), ("spare", "template"), ("template", "built")):
            names = project.kinds()[kind]
            self.assertTrue(names, kind)
            project.admin("".join(f"update pg_database set datconnlimit = -2 where datname = '{name}';"
                                  for name in names))
            if kind == "undo":
                self.assertEqual(project.fails(1, "undo", "--json").error["code"], "no-undo")
            if kind == "template":
                project.admin("".join(f"drop database {name};" for name in project.kinds()["spare"]))
            self.assertEqual(project.source(), source, kind)
            project.ok("gc", "--wait")
            self.assertEqual(project.counts(), {"template": 2, "spare": 1, "undo": 1}, kind)
            self.assertEqual(project.sql("select count(*) from item"), "3")

    def test_a_live_database_half_dropped(self):
        project = self.lived_in()
        project.admin("update pg_database set datconnlimit = -2 where datname = 'app'")
        self.recovers(project, "spare")
        project.settle()
        self.assertEqual(project.admin("select datconnlimit from pg_database where datname = 'app'"), "-1")
        project.ok("gc", "--wait")
        self.assertEqual(project.counts(), {"template": 2, "spare": 1})

    def test_unlogged_tables_after_a_restart(self):
        project = self.small()
        project.write("migrations/003_unlogged.sql", "create unlogged table fleeting as select 7 as n;\n")
        project.warm()
        self.assertEqual(project.source(), "spare")
        project.ok("restart")
        self.assertEqual(project.source(), "built")
        self.assertEqual(project.sql("select n from fleeting"), "7")
        project.ok("gc", "--wait")
        self.assertEqual(project.source(), "spare")
        pid = int((pathlib.Path(project.json("status")["data_dir"]) / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, signal.SIGQUIT)
        devkit.wait_until(lambda: not devkit.is_running(pid), 30, "the server's end")
        self.assertEqual(project.source(), "built")
        self.assertEqual(project.sql("select n from fleeting"), "7")

    def test_another_version_of_the_locale(self):
        project = self.lived_in()
        names = project.kinds()
        project.admin("".join(f"update pg_database set datcollversion = '0.1' where datname = '{name}';"
                              for name in names["template"] + names["spare"] + names["undo"] + ["app"]))
        started = time.monotonic()
        self.recovers(project, "built")
        self.assertLess(time.monotonic() - started, 12 * devkit.SLOWNESS)
        project.settle()
        project.ok("gc", "--wait")
        self.assertEqual(project.source(), "spare")

    def test_settings_of_the_role_do_not_reach_devkit(self):
        """A role's statement_timeout killed a CREATE DATABASE once; read-only by default stops everything."""
        project = self.small(reset="spare = false")
        project.admin("alter role devkit_admin set statement_timeout to '5ms';"
                      " alter role devkit_admin set default_transaction_read_only to on;"
                      " alter role devkit_admin set search_path to nowhere;"
                      " alter role devkit_admin set idle_in_transaction_session_timeout to '10ms'")
        self.recovers(project, "built")
        project.settle()
        self.assertEqual(project.source(), "template")

    def test_objects_that_shadow_the_catalog(self):
        project = self.small()
        project.write("migrations/003_traps.sql", "create function public.now() returns text language sql as"
                      " $$select 'never'$$; create table public.pg_class (); create operator public.= ("
                      "leftarg = name, rightarg = text, function = nameeqtext);\n")
        project.warm()
        self.assertEqual(project.source(), "spare")

    def test_an_index_that_can_not_be_analysed(self):
        project = self.small()
        project.write("migrations/003_index.sql", "create function fussy(text) returns int immutable language sql as"
                      " $$select case when $1 = 'three' then 1 / (length($1) - 5) else 0 end$$;"
                      "create table t as select 'one' as v; create index on t (fussy(v));\n")
        self.recovers(project, "built")


if __name__ == "__main__":
    unittest.main()
