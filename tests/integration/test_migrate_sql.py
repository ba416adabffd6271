"""SQL migrations on a real server: as a layer of reset, and by devkit migrate on the live database."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit
from devkit import Case, wait_until
from layers import LayerCase

RECIPE = '[reset]\nlayers = ["migrate"]\nspare = false\n'
UP_AND_DOWN = "-- migrate:up\nCREATE TABLE {0} (id int);\n-- migrate:down\nDROP TABLE {0};\n"


class Apply(LayerCase):
    def test_natural_order_in_every_style(self):
        project = self.project(RECIPE)
        for name in ("2_b", "10_c.up", "001_a", "20260101120000_d", "migration_001_e"):
            project.write(f"migrations/{name}.sql", "SELECT 1;")
        project.write("migrations/10_c.down.sql", "SELECT no_such_function();")
        project.ok("migrate")
        # Rows of the table come in the order they were written.
        self.assertEqual(self.sql(project, "SELECT name FROM devkit_migrations").split(),
                         ["001_a", "2_b", "10_c", "20260101120000_d", "migration_001_e"])
        self.assertEqual(self.sql(project, "SELECT count(*) FROM devkit_migrations WHERE length(checksum) = 64 "
                                           "AND applied_at <= now() AND duration_ms >= 0"), "5")

    def test_reset_applies_them_in_a_new_database(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
        self.sql(project, "CREATE TABLE old (id int)")
        result = project.json("reset")
        self.assertEqual([layer["name"] for layer in result["layers"]], ["migrate"])
        self.assertEqual(self.sql(project, "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class "
                                           "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"),
                         "a devkit_migrations")
        self.assertEqual(project.json("reset")["layers"][0]["cached"], True)

    def test_one_more_migration_is_applied_alone(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a AS SELECT clock_timestamp() AS made;")
        project.ok("reset", "--fresh")
        made = self.sql(project, "SELECT made FROM a")
        project.write("migrations/2_b.sql", "CREATE TABLE b (id int);")
        project.ok("reset")
        self.assertEqual(self.sql(project, "SELECT made FROM a"), made)
        self.assertEqual(self.sql(project, "SELECT count(*) FROM b"), "0")
        project.write("migrations/1_a.sql", "CREATE TABLE a AS SELECT clock_timestamp() AS made; -- edited")
        project.ok("reset")
        self.assertNotEqual(self.sql(project, "SELECT made FROM a"), made)

    def test_failure_leaves_the_live_database(self):
        project = self.project(RECIPE)
        self.sql(project, "CREATE TABLE precious AS SELECT 1 AS id")
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);\n\nCREATE TABLE a\n  (id int);\n")
        error = self.refused(project, "sql-failed", "reset")
        self.assertIn("migrations/1_a.sql:3:1", error["message"])
        self.assertIn("already exists", error["message"] + str(error.get("detail")))
        self.assertEqual(self.sql(project, "SELECT count(*) FROM precious"), "1")

    def test_a_file_is_one_transaction(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
        project.write("migrations/2_b.sql", "CREATE TABLE b (id int); SELECT 1/0;")
        error = self.refused(project, "sql-failed", "migrate")
        self.assertIn("2_b.sql:1:26", error["message"])
        self.assertEqual(self.sql(project, "SELECT to_regclass('a') IS NULL, to_regclass('b') IS NULL"), "f|t")
        self.assertEqual(self.sql(project, "SELECT name FROM devkit_migrations"), "1_a")

    def test_without_a_transaction(self):
        for mark in ("-- migrate:up transaction:false\n", "-- devkit: no-transaction\n"):
            project = self.project(RECIPE)
            project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
            project.write("migrations/2_b.sql", mark + "CREATE INDEX CONCURRENTLY i ON a (id);")
            project.ok("migrate")
            self.assertEqual(self.sql(project, "SELECT count(*) FROM devkit_migrations"), "2")
            self.assertNotEqual(self.sql(project, "SELECT to_regclass('i')"), "")

    def test_settings_of_one_file_do_not_reach_the_next(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "SELECT set_config('search_path', '', false); "
                                            "CREATE TABLE public.a (id int);")
        project.write("migrations/2_b.sql", "INSERT INTO a VALUES (1);")
        project.ok("migrate")
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "1")

    def test_nothing_of_one_files_session_reaches_the_next(self):
        """As under psql, where each file has a session of its own."""
        self.server.sql("CREATE ROLE helper; GRANT helper TO app")
        project = self.project(RECIPE)
        for number in (1, 2):
            project.write(f"migrations/{number}.sql", f"CREATE TEMP TABLE scratch AS SELECT {number} AS n; PREPARE p AS SELECT 1;"
                                                      f" CREATE TABLE t{number} AS SELECT * FROM scratch; SET ROLE helper;")
        project.ok("migrate")
        self.assertEqual(self.sql(project, "SELECT count(*), (SELECT tableowner FROM pg_tables WHERE tablename = 't2') "
                                           "FROM devkit_migrations"), "2|app")

    def test_a_file_that_ends_its_transaction_is_refused_before_it_runs(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);\nCOMMIT;\nSELECT 1/0;")
        error = self.refused(project, "transaction-ended", "migrate")
        self.assertIn("migrations/1_a.sql:2:1", error["message"])
        self.assertIn("transaction:false", error["hint"])
        self.assertEqual(self.sql(project, "SELECT to_regclass('a') IS NULL"), "t")

    def test_a_transaction_left_open_is_no_success(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "-- devkit: no-transaction\nBEGIN;\nCREATE TABLE a (id int);\n")
        self.refused(project, "transaction-open", "migrate")
        self.assertEqual(project.fails(4, "migrate", "--check", "--json").result["pending"][0]["name"], "1_a")

    def test_what_needs_no_transaction_is_told(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
        project.write("migrations/2_b.sql", "CREATE INDEX CONCURRENTLY i ON a (id);")
        self.assertIn("devkit: no-transaction", self.refused(project, "sql-failed", "migrate")["hint"])

    def test_included_files(self):
        project = self.project(RECIPE + '[migrate]\ninputs = ["migrations/parts/*"]\n')
        project.write("migrations/1_a.sql", "\\ir parts/a.sql\n")
        project.write("migrations/parts/a.sql", "CREATE TABLE a AS SELECT 1 AS n;")
        (project.path / "elsewhere").mkdir()
        project.ok("reset", cwd=project.path / "elsewhere")
        project.write("migrations/parts/a.sql", "CREATE TABLE a AS SELECT 22 AS n;")
        project.ok("reset")
        self.assertEqual(self.sql(project, "SELECT n FROM a"), "22")

    def test_psql_commands_and_inline_data(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int, t text);\n"
                                            "COPY a (id, t) FROM stdin;\n1\tone\n2\tsemi;colon\n\\.\n"
                                            "\\set more 3\nINSERT INTO a VALUES (:more, 'three');\n")
        project.ok("migrate")
        self.assertEqual(self.sql(project, "SELECT string_agg(t, ',' ORDER BY id) FROM a"), "one,semi;colon,three")
        self.assertEqual(self.sql(project, "SELECT name FROM devkit_migrations"), "1_a")

    def test_verify(self):
        project = self.project(RECIPE + '[migrate]\nverify = ["SELECT count(*) = 1 FROM a"]\n')
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
        self.assertIn("SELECT count(*) = 1 FROM a", self.refused(project, "verify-failed", "reset")["message"])
        project.write("migrations/2_b.sql", "INSERT INTO a VALUES (1);")
        project.ok("reset")

    def test_acting_outside_is_refused_only_aside(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", f"SELECT 1;\nALTER DATABASE {project.live} SET work_mem = '5MB';\n")
        error = self.refused(project, "acts-outside-database", "reset")
        self.assertIn("migrations/1_a.sql:2", error["message"])
        self.assertIn("current_database()", error["hint"])
        self.assertEqual(self.sql(project, "SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = "
                                           "(SELECT oid FROM pg_database WHERE datname = current_database())"), "0")
        project.ok("migrate")
        self.assertEqual(self.sql(project, "SHOW work_mem"), "5MB")

    def test_acting_outside_in_place(self):
        project = self.project(RECIPE + 'mode = "in-place"\n')
        project.write("migrations/1_a.sql", f"ALTER DATABASE {project.live} SET work_mem = '5MB';\n")
        project.ok("reset")
        self.assertEqual(self.sql(project, "SHOW work_mem"), "5MB")

    def test_every_statement_that_acts_outside(self):
        for text in ("GRANT CONNECT ON DATABASE {0} TO PUBLIC;", "COMMENT ON DATABASE {0} IS 'x';",
                     "\\connect {0}\nSELECT 1;", "CREATE ROLE r;", "CREATE USER u;", "ALTER SYSTEM SET work_mem = '1MB';",
                     "CREATE TABLESPACE t LOCATION '/nowhere';"):
            project = self.project(RECIPE)
            project.write("migrations/1_a.sql", text.format(project.live))
            self.refused(project, "acts-outside-database", "reset")

    def test_missing_folder(self):
        project = self.project(RECIPE + '[migrate]\ntool = "sql"\ndir = "database/steps"\n')
        error = self.refused(project, "migrations-missing", "reset", status=2)
        self.assertIn("database/steps", error["message"])
        # Nothing configured and nothing there is no error: the layer is left out.
        project = self.project(RECIPE)
        self.assertEqual(project.json("reset")["layers"], [])

    def test_asyncpg_url(self):
        project = self.project(RECIPE, scheme="postgresql+asyncpg", query="?ssl=disable")
        project.write("migrations/1_a.sql", "CREATE TABLE a (id int);")
        project.ok("migrate")
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "0")


class Commands(LayerCase):
    def folder(self, *names):
        project = self.project(RECIPE)
        for name in names:
            project.write(f"migrations/{name}.sql", UP_AND_DOWN.format("t" + name.split("_")[0]))
        return project

    def test_check_and_status(self):
        project = self.folder("1_a", "2_b")
        answer = project.fails(4, "migrate", "--check", "--json").result
        self.assertEqual((answer["tool"], answer["heads"], answer["current"], answer["unknown"]),
                         ("sql", ["2_b"], [], []))
        self.assertEqual(answer["pending"], [{"id": "1_a", "name": "1_a", "file": "migrations/1_a.sql"},
                                             {"id": "2_b", "name": "2_b", "file": "migrations/2_b.sql"}])
        self.assertIn("migrations/1_a.sql", project.ok("migrate", "--dry-run").stdout)
        self.assertEqual(self.sql(project, "SELECT to_regclass('t1') IS NULL"), "t")
        applied = project.json("migrate")["applied"]
        self.assertEqual([one["name"] for one in applied], ["1_a", "2_b"])
        answer = project.json("migrate", "--check")
        self.assertEqual((answer["current"], answer["pending"]), (["2_b"], []))
        (project.path / "migrations/2_b.sql").unlink()
        project.write("migrations/3_c.sql", "SELECT 1;")
        states = {one["name"]: one["state"] for one in project.json("migrate", "status")["migrations"]}
        self.assertEqual(states, {"1_a": "applied", "2_b": "unknown", "3_c": "pending"})
        self.assertIn("2_b", project.ok("migrate", "status").stderr)
        self.assertEqual(project.fails(4, "migrate", "--check", "--json").result["unknown"], ["2_b"])

    def test_edited(self):
        project = self.folder("1_a", "2_b")
        project.ok("migrate")
        project.write("migrations/1_a.sql", UP_AND_DOWN.format("t1") + "-- edited\n")
        error = self.refused(project, "migration-edited", "migrate")
        self.assertIn("migrations/1_a.sql", error["message"])
        self.assertEqual(project.fails(4, "migrate", "--check", "--json").result["edited"], ["1_a"])
        project.ok("migrate", "stamp", "1_a")
        project.ok("migrate")

    def test_down(self):
        project = self.folder("1_a", "2_b", "3_c")
        project.ok("migrate")
        self.assertEqual(project.json("migrate", "down")["reverted"], ["3_c"])
        self.assertEqual(project.json("migrate", "down", "2")["reverted"], ["2_b", "1_a"])
        self.assertEqual(self.sql(project, "SELECT count(*) FROM devkit_migrations"), "0")
        self.assertEqual(self.sql(project, "SELECT to_regclass('t1') IS NULL"), "t")
        self.assertEqual(project.json("migrate", "down")["reverted"], [])

    def test_down_with_a_file_of_its_own(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.up.sql", "CREATE TABLE a (id int);")
        project.write("migrations/1_a.down.sql", "DROP TABLE a;")
        project.write("migrations/2_b.sql", "CREATE TABLE b (id int);")
        project.ok("migrate")
        error = self.refused(project, "no-way-down", "migrate", "down", "2")
        self.assertIn("2_b.sql", error["message"])
        project.write("migrations/2_b.down.sql", "-- to be written\n")  # as good as none
        self.refused(project, "no-way-down", "migrate", "down")
        self.assertEqual(self.sql(project, "SELECT count(*) FROM devkit_migrations"), "2")
        (project.path / "migrations/2_b.sql").unlink()
        self.refused(project, "migration-unknown", "migrate", "down")
        self.sql(project, "DROP TABLE b; DELETE FROM devkit_migrations WHERE name = '2_b'")
        project.ok("migrate", "down")
        self.assertEqual(self.sql(project, "SELECT to_regclass('a') IS NULL"), "t")

    def test_a_failing_way_down_changes_nothing(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql",
                      "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\nDROP TABLE nothing;\n")
        project.ok("migrate")
        self.assertIn("1_a.sql:5:1", self.refused(project, "sql-failed", "migrate", "down")["message"])
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "0")
        self.assertEqual(self.sql(project, "SELECT name FROM devkit_migrations"), "1_a")

    def test_stamp(self):
        project = self.folder("1_a", "2_b", "10_c")
        self.assertEqual(project.json("migrate", "stamp", "2_b")["stamped"], ["1_a", "2_b"])
        self.assertEqual([one["name"] for one in project.json("migrate")["applied"]], ["10_c"])
        self.assertEqual(self.sql(project, "SELECT to_regclass('t1') IS NULL"), "t")
        self.assertEqual(project.json("migrate", "stamp")["stamped"], [])
        error = self.refused(project, "no-such-migration", "migrate", "stamp", "10_d", status=2)
        self.assertIn("10_c", error["hint"])

    def test_new_follows_the_style(self):
        project = self.folder("0009_a")
        self.assertEqual(project.json("migrate", "new", "add mail")["files"], ["migrations/0010_add_mail.sql"])
        self.assertIn("-- migrate:down", project.read("migrations/0010_add_mail.sql"))
        project.ok("migrate")

    def test_server_down(self):
        project = self.project(RECIPE)
        project.write(".env", "DATABASE_URL=postgresql://app:x@127.0.0.1:1/app\n")
        project.write("migrations/1_a.sql", "SELECT 1;")
        for words in (["migrate"], ["migrate", "--dry-run"], ["migrate", "status"], ["migrate", "down"],
                      ["migrate", "stamp"]):
            self.assertEqual(self.refused(project, "not-listening", *words)["hint"], "run `devkit up`")
        answer = project.fails(4, "migrate", "--check", "--json").result
        self.assertEqual((answer["heads"], answer["current"]), (["1_a"], None))

    def slow_way_down(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\n"
                                            "SELECT pg_sleep(2); DROP TABLE a;\n")
        project.ok("migrate")
        return project

    def sleeps(self):
        return self.server.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' "
                               "AND state = 'active' AND pid <> pg_backend_pid()").strip() != "0"

    def test_down_and_reset_take_turns(self):
        project = self.slow_way_down()
        down = project.popen("migrate", "down", "--json")
        wait_until(self.sleeps, 20, "the way down")
        self.refused(project, "locked", "reset", "--no-wait")
        project.ok("reset")
        output, errors = down.communicate(timeout=60)
        self.assertEqual(down.returncode, 0, output + errors)
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "0")
        self.assertEqual(self.sql(project, "SELECT name FROM devkit_migrations"), "1_a")

    def test_down_and_stamp_wait_for_a_reset(self):
        for words in (["migrate", "down"], ["migrate", "stamp"]):
            project = self.project(RECIPE)
            project.write("migrations/1_a.sql", "-- migrate:up\nCREATE TABLE a (id int); SELECT pg_sleep(2);\n"
                                                "-- migrate:down\nDROP TABLE a;\n")
            reset = project.popen("reset", "--json")
            wait_until(self.sleeps, 20, "the layer")
            answer = project.run(*words, "--json")
            reset.communicate(timeout=60)
            self.assertEqual((reset.returncode, answer.rc), (0, 0), str(answer))
            self.assertEqual(answer.result, {"reverted": ["1_a"]} if "down" in words else {"stamped": []})

    def test_no_connection_left_is_not_nothing_pending(self):
        project = self.folder("1_a")
        self.server.sql("ALTER ROLE app CONNECTION LIMIT 1")
        self.addCleanup(self.server.sql, "ALTER ROLE app CONNECTION LIMIT -1")
        self.refused(project, "too-many-connections", "migrate")
        self.assertEqual(len(project.fails(4, "migrate", "--check", "--json").result["pending"]), 1)

    def test_protected(self):
        project = self.project(RECIPE)
        project.write("migrations/1_a.sql", "SELECT 1;")
        project.ok("protect")
        for words in (["migrate"], ["migrate", "down"], ["migrate", "stamp"]):
            self.assertEqual(project.run(*words).rc, 3, words)
        project.ok("unprotect")
        project.ok("migrate")


class Tools(LayerCase):
    def test_command(self):
        project = self.project(RECIPE + '[migrate]\ncommand = "sh tools/migrate.sh"\ninputs = ["steps/*"]\n',
                               scheme="postgres")
        project.write("tools/migrate.sh", 'set -e\npsql "$DATABASE_URL" -v ON_ERROR_STOP=1 -qf steps/1\necho "$DATABASE_URL"\n')
        project.write("steps/1", "CREATE TABLE a (id int);")
        result = project.ok("reset", "-v")
        self.assertNotIn("p%25ss", result.stdout + result.stderr)
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "0")
        self.assertEqual(project.json("reset")["layers"][0]["cached"], True)
        project.write("steps/1", "SELECT nothing;")
        error = self.refused(project, "command-failed", "reset")
        self.assertIn('column "nothing" does not exist', error["detail"])
        self.assertIn("exit status 3", error["message"])
        self.assertEqual(self.sql(project, "SELECT count(*) FROM a"), "0")

    def test_virtual_environment_first(self):
        project = self.project(RECIPE + '[migrate]\ncommand = "apply now"\ncwd = "backend"\n')
        project.write("backend/.venv/pyvenv.cfg", "")
        project.write("backend/.venv/bin/apply", '#!/bin/sh\npsql "$DATABASE_URL" -qc "CREATE TABLE in_$(basename '
                                                 '"$PWD")_$1 (id int)"\n', mode=0o755)
        project.ok("reset")
        self.assertEqual(self.sql(project, "SELECT count(*) FROM in_backend_now"), "0")

    def test_inside_a_container(self):
        """A stand-in for docker gives the program inside only what `exec -e NAME` passes on."""
        project = self.project(RECIPE + '[migrate]\ncommand = "docker compose exec backend sh apply.sh"\n')
        project.write("bin/docker", '#!/bin/sh\n[ "$1 $2 $3 $4 $5 $6" = "compose exec -T -e DATABASE_URL backend" ] || '
                                    '{ echo "not passed on: $*" >&2; exit 9; }\nshift 6\nexec "$@"\n', mode=0o755)
        project.write("apply.sh", 'psql "$DATABASE_URL" -qc "CREATE TABLE inside (id int)"')
        project.ok("reset", env={"PATH": f"{project.path}/bin:/usr/bin:/bin"})
        self.assertEqual(self.sql(project, "SELECT count(*) FROM inside"), "0")

    def test_inside_a_container_by_a_shell(self):
        """devkit can't pass the variable on there: the live database of the container would be migrated."""
        project = self.project(RECIPE + '[migrate]\ncommand = "touch ran && docker compose exec backend ./apply"\n')
        self.assertIn("-e DATABASE_URL", self.refused(project, "variable-not-passed", "reset", status=2)["hint"])
        self.assertFalse((project.path / "ran").exists())

    def test_a_command_of_the_shell_itself(self):
        project = self.project(RECIPE + '[migrate]\ncommand = "exit 4"\n')
        self.assertIn("exit status 4", self.refused(project, "command-failed", "reset")["message"])

    def test_verbs_of_another_tool(self):
        project = self.project('[migrate]\ncommand = "alembic upgrade head"\n')
        for words in (["migrate", "--check"], ["migrate", "status"], ["migrate", "down"], ["migrate", "stamp"],
                      ["migrate", "new", "x"]):
            self.assertIn("alembic", self.refused(project, "not-for-tool", *words, status=2)["hint"])

    def test_recognised_tool(self):
        project = self.project(RECIPE)
        project.write("manage.py", "")
        error = self.refused(project, "migrate-tool-unknown", "reset", status=2)
        self.assertIn("python manage.py migrate", error["hint"])

    def test_url_hard_coded_in_alembic_ini(self):
        project = self.project(RECIPE)
        project.write("alembic.ini", "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://x/live\n")
        project.write("alembic/env.py", "connectable = engine_from_config(config.get_section('alembic'))\n")
        error = self.refused(project, "url-hard-coded", "reset")
        self.assertIn("in-place", error["hint"])


class PrivateServer(Case):
    def test_without_a_url_of_its_own(self):
        """The server made the URL up; every command finds it."""
        project = self.project(RECIPE + '[seed]\nfiles = ["s.sql"]\n', env={})
        project.write("migrations/1_a.sql", UP_AND_DOWN.format("a"))
        project.write("s.sql", "SELECT 1;")
        said = []
        for words in (["migrate"], ["migrate", "status"], ["migrate", "--dry-run"], ["seed"], ["url"], ["run", "true"],
                      ["psql"]):
            error = project.fails(2, "--json", *words).error
            said.append((error["code"], error["message"], error["hint"]))
        self.assertEqual(len(set(said)), 1, said)
        self.assertEqual(said[0][0], "env-missing")
        self.assertIn("devkit up", said[0][2])
        project.ok("up")
        self.assertEqual(len(project.fails(4, "migrate", "--check", "--json").result["pending"]), 1)
        project.ok("migrate")
        project.ok("migrate", "status")
        project.ok("seed")
        project.ok("migrate", "down")

    def test_the_marker_and_the_worker_find_it_too(self):
        project = self.project('[reset]\nlayers = ["migrate"]\n', env={})
        project.write("migrations/1_a.sql", UP_AND_DOWN.format("a"))
        self.assertEqual(project.json("reset")["source"], "built")
        def has_spare():
            return "spare" in [kept["kind"] for kept in project.json("gc", "--dry-run")["kept"]]
        devkit.wait_until(has_spare, what="the worker's spare")
        self.assertEqual(project.json("reset")["source"], "spare")
        project.ok("protect")
        self.assertEqual(project.fails(3, "reset", "--json").error["code"], "protected")
        project.ok("unprotect")
        project.ok("reset")


if __name__ == "__main__":
    unittest.main()
