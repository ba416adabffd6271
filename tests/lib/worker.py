"""Runs one file of unittest tests and writes a JSON line for each test: name, status, reason, output, seconds.

    worker.py FILE RECORDS PART [PATTERN…]

PART is 1/1, or 2/3 for every third test beginning with the second. tests/run.py starts one of these a file or part; a crash of the worker itself is then one file's failure."""
import importlib.util
import json
import pathlib
import signal
import sys
import time
import unittest


class Records(unittest.TestResult):
    def __init__(self, path):
        super().__init__()
        self.stream = open(path, "w", encoding="utf-8")
        self.buffer = True  # keeps what a test prints; it is shown with a failure
        self.started = time.monotonic()

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def write(self, test, status, reason="", output=""):
        name = ".".join(test.id().split(".")[-2:]) if "." in test.id() else test.id()
        json.dump({"name": name, "status": status, "reason": reason, "output": output,
                   "seconds": time.monotonic() - self.started}, self.stream)
        self.stream.write("\n")
        self.stream.flush()

    def text(self, test, error):
        return self._exc_info_to_string(error, test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.write(test, "passed")

    def addError(self, test, err):
        super().addError(test, err)
        self.write(test, "failed", output=self.text(test, err))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.write(test, "failed", output=self.text(test, err))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.write(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.write(test, "failed", output="expected failures are not used here: fix it or delete it")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.write(test, "failed", output=f"{subtest}\n{self.text(test, err)}")


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def interrupted(*_):
    """Asked to end, once: what tests left is removed on the way out (atexit, in devkit.py)."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupted)
    path = pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    loader = unittest.TestLoader()
    if len(sys.argv) > 4:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in sys.argv[4:]]
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    number, parts = map(int, sys.argv[3].split("/"))
    tests = list(tests_of(loader.loadTestsFromModule(module)))
    unittest.TestSuite(tests[number - 1::parts]).run(Records(sys.argv[2]))


if __name__ == "__main__":
    main()
