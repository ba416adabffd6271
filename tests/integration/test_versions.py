"""What may differ between PostgreSQL's versions, once more on each that is here beside the system's own."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import postgres
import test_external
import test_failures
import test_reset
from engine import EngineProject

SPLIT = 3  # parts that tests/run.py runs beside each other
OTHERS = (16, 17, 18)
TESTS = {
    test_reset.Sources: ("cold_then_spare", "a_new_migration_is_the_only_one_applied",
                         "sessions_in_the_live_database_are_ended"),
    test_reset.Undo: ("undo_and_undo_of_the_undo",),
    test_reset.Keeping: ("gc",),
    test_reset.Settings: ("everything_of_the_database_itself", "what_is_taken_away_stays_away",
                          "grants_of_a_migration"),
    test_reset.Names: ("database_and_role_with_odd_names",),
    test_failures.Layers: ("a_bad_row_in_line_70003", "control_c", "a_command_with_a_url_of_its_own"),
    test_failures.InPlace: ("success", "a_kill_is_mended_by_the_next_command"),
    test_failures.Obstacles: ("a_prepared_transaction", "a_logical_slot", "a_subscription",
                              "sessions_in_spare_template_and_undo", "grants_committed_meanwhile",
                              "an_interrupted_drop", "another_version_of_the_locale",
                              "settings_of_the_role_do_not_reach_devkit", "unlogged_tables_after_a_restart"),
    test_external.External: ("owner_with_createdb", "sessions_of_another_role", "a_superusers_session",
                             "what_can_not_be_carried_over"),
}


class Matrix(unittest.TestCase):
    def test_the_server_is_of_that_version(self):
        for major in OTHERS:
            with self.subTest(major), EngineProject(bin_dir=postgres.bin_dir(major)) as project:
                project.ok("reset")
                self.assertEqual(postgres.server_major(project.url), major)


def load_tests(loader, _, __):
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(Matrix))
    for major in OTHERS:
        for base, names in TESTS.items():
            case = type(f"{base.__name__}On{major}", (base,), {"major": major, "__module__": __name__})
            suite.addTests(case(f"test_{name}") for name in names
                           if not loader.testNamePatterns or any(pattern.strip("*") in f"{case.__name__}.test_{name}"
                                                                 for pattern in loader.testNamePatterns))
    return suite


if __name__ == "__main__":
    unittest.main()
