"""The tests of reset on every kind of server: a few of them always, all with DEVKIT_TEST_ALL_PROVIDERS=1."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import devkit  # noqa: E402

SMOKE = ["test_cold_then_spare", "test_the_server_is_started", "test_undo_and_undo_of_the_undo",
         "test_sessions_in_the_live_database_are_ended"]
SPLIT = 3
WHOLE = os.environ.get("DEVKIT_TEST_ALL_PROVIDERS") == "1"


class Providers(devkit.Case):
    def reset_on(self, name):
        """Runs the file in a process of its own, as tests/run.py would."""
        if devkit.SANITIZED and not WHOLE:
            self.skipTest("too slow under sanitizers")
        with tempfile.NamedTemporaryFile("r", prefix="devkit-results-") as records:
            command = [sys.executable, "-B", devkit.TOP / "tests/lib/worker.py",
                       devkit.TOP / "tests/integration/test_reset.py", records.name, "1/1",
                       *([] if WHOLE else SMOKE)]
            done = subprocess.run(list(map(str, command)), env=dict(os.environ, DEVKIT_TEST_PROVIDER=name),
                                  capture_output=True, text=True)
            results = [json.loads(line) for line in records]
        skipped = [result["reason"] for result in results if result["status"] == "skipped"]
        failed = [f"{result['name']}: {result['output']}" for result in results if result["status"] == "failed"]
        self.assertEqual(failed, [], "\n".join(failed))
        self.assertEqual(done.returncode, 0, done.stderr)
        if skipped:
            self.skipTest(skipped[0])
        self.assertGreaterEqual(len(results), 40 if WHOLE else len(SMOKE))

    def test_docker(self):
        self.reset_on("docker")

    def test_compose(self):
        self.reset_on("compose")

    def test_external(self):
        self.reset_on("external")


if __name__ == "__main__":
    unittest.main()
