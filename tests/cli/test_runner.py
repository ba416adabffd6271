"""tests/run.py itself: what it counts, and that it can fail."""
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import TOP, Case, wait_until  # noqa: E402

PYTHON_TESTS = '''import unittest
class Sample(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.assertEqual(1, 2, "one is not two")
    def test_known_skip(self): self.skipTest("needs root")
    def test_other_skip(self): self.skipTest("does not feel like it")
    def test_sub(self):
        for number in (1, 2):
            with self.subTest(number=number): self.assertEqual(number, 1)
'''
CMOCKA = """#!/bin/sh
cat <<'END'
1..3
ok 1 - test_good
skip: needs root
not ok 2 # SKIP test_skipped
# something went wrong
not ok 3 - test_bad
END
exit 1
"""


class Runner(Case):
    def tree(self, files):
        """A tree with a runner of its own."""
        top = self.scratch() / "a tree"
        for name, text in {"tests/run.py": (TOP / "tests/run.py").read_text(),
                           "tests/lib/worker.py": (TOP / "tests/lib/worker.py").read_text(), **files}.items():
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(text)
            (top / name).chmod(0o755)
        return top

    def run_tree(self, top, *arguments, ci=""):
        done = subprocess.run([sys.executable, "-B", top / "tests/run.py", "--build", top / "build", *arguments],
                              capture_output=True, text=True, env=dict(os.environ, CI=ci))
        return done.returncode, done.stdout.rstrip("\n").split("\n")

    def test_python_results_are_counted(self):
        status, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": PYTHON_TESTS}), "cli")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 2 failed, 2 skipped"))
        self.assertTrue(any("one is not two" in line for line in lines))
        self.assertIn("  cli/test_sample:Sample.test_other_skip: does not feel like it", lines)

    def test_a_file_in_parts_runs_every_test_once(self):
        names = [f"test_{letter}" for letter in "abcdefg"]
        made = self.scratch()  # a second run of the same test would find its file
        text = "import unittest\nSPLIT = 3  # parts\nclass Sample(unittest.TestCase):\n" + "".join(
            f"    def {name}(self): open({str(made / name)!r}, 'x').close()\n" for name in names)
        status, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": text}), "cli")
        self.assertEqual((status, lines[-1]), (0, "7 passed, 0 failed, 0 skipped"))
        self.assertEqual(sum(line.startswith("ok   cli/test_sample") for line in lines), 3)

    def test_asked_twice_to_end_it_ends_all_that_runs(self):
        """As `timeout` in a script does it: the signal comes twice."""
        place, files = self.scratch(), {}
        for name in ("one", "two"):
            files[f"tests/cli/test_{name}.py"] = (
                "import atexit, time, unittest\nclass Sample(unittest.TestCase):\n    def test_long(self):\n"
                f"        atexit.register(lambda: (time.sleep(0.5), open({str(place / name)!r} + '.tidied', 'x').close()))\n"
                f"        open({str(place / name)!r} + '.begun', 'x').close()\n        time.sleep(60)\n")
        top = self.tree(files)
        child = subprocess.Popen([sys.executable, "-B", top / "tests/run.py", "--build", top / "build", "-j", "2", "cli"],
                                 stdout=subprocess.PIPE, text=True)
        wait_until(lambda: len(list(place.glob("*.begun"))) == 2, what="both tests' begin")
        for _ in range(2):
            child.send_signal(signal.SIGTERM)
            time.sleep(0.2)
        self.assertEqual(child.communicate(timeout=25)[0].rstrip("\n").split("\n")[-1], "interrupted")
        self.assertEqual(child.returncode, 130)
        self.assertEqual(len(list(place.glob("*.tidied"))), 2)

    def test_in_ci_an_unexpected_skip_is_a_failure(self):
        status, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": PYTHON_TESTS}), "cli", ci="true")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 3 failed, 1 skipped"))

    def test_durations(self):
        text = PYTHON_TESTS.replace("def test_good(self): pass", "def test_good(self): __import__('time').sleep(0.2)")
        _, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": text}), "cli", "--durations", "1")
        self.assertRegex("\n".join(lines), r"slowest, of \d+ s in all:\n +0\.[2-9] s  cli/test_sample:Sample.test_good\n\n")

    def test_pattern(self):
        status, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": PYTHON_TESTS}), "cli", "-k", "good")
        self.assertEqual((status, lines[-1]), (0, "1 passed, 0 failed, 0 skipped"))

    def test_cmocka_results_are_counted(self):
        top = self.tree({"tests/unit/base/test_x.c": "", "build/tests/unit/base/test_x": CMOCKA})
        status, lines = self.run_tree(top, "unit")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed, 1 skipped"))
        self.assertIn("  unit/base/test_x:test_skipped: needs root", lines)

    def test_a_program_that_crashes_silently_or_is_missing_fails(self):
        for text in ("#!/bin/sh\necho 'ok 1 - test_good'\nkill -SEGV $$\n", "#!/bin/sh\nexit 0\n"):
            top = self.tree({"tests/unit/base/test_x.c": "", "build/tests/unit/base/test_x": text})
            status, lines = self.run_tree(top, "unit")
            self.assertEqual(status, 1, lines)
            self.assertRegex(lines[-1], "^[01] passed, 1 failed, 0 skipped$")
        status, lines = self.run_tree(self.tree({"tests/unit/base/test_x.c": ""}), "unit")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed, 0 skipped"))

    def test_a_file_that_does_not_load_fails(self):
        status, lines = self.run_tree(self.tree({"tests/cli/test_sample.py": "import no_such_module\n"}), "cli")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed, 0 skipped"))

    def test_nothing_run_is_no_success(self):
        status, lines = self.run_tree(self.tree({}), "cli")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 0 failed, 0 skipped"))

    def test_an_empty_corpus_fails(self):
        top = self.tree({"tests/fuzz/fuzz_x.c": "", "build/tests/fuzz/fuzz_x": "#!/bin/sh\nexit 0\n"})
        self.assertEqual(self.run_tree(top, "fuzz")[0], 1)
        (top / "tests/fuzz/corpus/fuzz_x").mkdir(parents=True)
        (top / "tests/fuzz/corpus/fuzz_x/one").write_text("1")
        self.assertEqual(self.run_tree(top, "fuzz")[0], 0)

    def test_an_unknown_suite_is_a_usage_error(self):
        self.assertEqual(self.run_tree(self.tree({}), "nonsense")[0], 2)
