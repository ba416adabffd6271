#!/usr/bin/python3
"""Runs devkit's tests on a built tree.

    tests/run.py --build DIR [SUITE…] [--sanitized] [--as-user] [-k PATTERN] [-j N] [--durations N]

Suites: unit (cmocka programs), fuzz (the fuzz targets on their corpus), cli (the installed program, black box),
integration (real servers). Prints the output of whatever fails, every skip with its reason, and ends with one
line `N passed, N failed, N skipped`. Exit status 1 when anything failed.

With CI=true a skip is a failure, unless its reason is in ALLOWED_SKIPS."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
SUITES = ["unit", "fuzz", "cli", "integration"]
PROGRAM_SECONDS = 300
FILE_SECONDS = 1500
PATIENCE_SECONDS = 30
LONG = ["test_kill_reset", "test_kill_snapshot", "test_kill_work", "test_kill_versions", "test_clients", "test_versions",
        "test_reset", "test_failures", "test_server_local", "test_server_trouble", "test_real_projects"]

# Skips that CI accepts: a pattern of the reason, and why no change of the machine would help.
ALLOWED_SKIPS = [
    (r"^needs macOS$", "CI runs on Linux"),
    (r"^needs reflinks$", "the file system of a CI machine is not ours to choose"),
    (r"^needs IPv6$", "nor is its network"),
    (r"^needs root that may mount$", "nor what the root of its container may do"),
    (r"\bneeds? root$", "covered by the same run as root"),
    (r"^needs an ordinary user$", "covered by the same run as a user"),
    (r"^too slow under sanitizers$", "covered by the plain run"),
]


class Report:
    """Counts, and what the last lines of the run need."""

    def __init__(self):
        self.passed, self.failed, self.skips, self.durations = 0, [], [], []

    def add(self, name, status, reason="", output=""):
        if status == "skipped" and os.environ.get("CI") == "true" and not allowed(reason):
            status, output = "failed", f"skipped in CI: {reason or 'no reason given'}"
        if status == "passed":
            self.passed += 1
        elif status == "skipped":
            self.skips.append((name, reason or "no reason given"))
        else:
            self.failed.append(name)
            print(f"\n--- FAILED {name}\n{output.rstrip()}\n---", flush=True)

    def finish(self, slowest=0):
        if slowest:
            print(f"\nslowest, of {sum(seconds for seconds, _ in self.durations):.0f} s in all:")
            for seconds, name in sorted(self.durations, reverse=True)[:slowest]:
                print(f"{seconds:8.1f} s  {name}")
        if self.failed:
            print("\nfailed:")
            for name in self.failed:
                print(f"  {name}")
        if self.skips:
            print("\nskipped:")
            for name, reason in self.skips:
                print(f"  {name}: {reason}")
        print(f"{self.passed} passed, {len(self.failed)} failed, {len(self.skips)} skipped", flush=True)
        return 1 if self.failed or not self.passed else 0


def allowed(reason):
    return any(re.search(pattern, reason) for pattern, _ in ALLOWED_SKIPS)


RUNNING = set()


def end(child):
    """Politely first: a file of tests then ends its servers and removes its folders."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    except ProcessLookupError:
        pass


def interrupted(*_):
    """Once: `timeout` and a shell above it may both pass the same signal on, and the second must not keep the first
    from ending what runs."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def run_program(command, seconds, env=None, cwd=None, account=None):
    """One child in a session of its own, so that whatever it leaves can be ended with it. `account`: a pair of ids."""
    switch = {"user": account[0], "group": account[1], "extra_groups": []} if account else {}
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        try:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                     env=env, cwd=cwd, start_new_session=True, **switch)
        except OSError as error:
            return "none", f"{error}; is it built? make tests", 0
        RUNNING.add(child)
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired:
            end(child)
            status = f"no end after {seconds} s"
        RUNNING.discard(child)
        output.seek(0)
        return status, output.read().decode(errors="replace"), time.monotonic() - started


def run_unit(program):
    """As root with --as-user: a copy where the account can read it, in a folder that is the account's."""
    environment = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", LC_ALL="C.UTF-8")
    if os.environ.get("DEVKIT_TEST_AS_USER") != "1" or os.geteuid() != 0:
        return run_program([str(program)], PROGRAM_SECONDS, env=environment, cwd=TOP)
    entry = pwd.getpwnam(os.environ.get("DEVKIT_TEST_ACCOUNT", "nobody"))
    with tempfile.TemporaryDirectory(prefix="devkit-unit-", dir="/var/tmp") as folder:
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        os.chmod(folder, 0o711)  # as /tmp lets others pass
        copy = shutil.copy2(program, folder)
        environment.update(HOME=folder, TMPDIR=folder)
        return run_program([copy], PROGRAM_SECONDS, env=environment, cwd=folder, account=(entry.pw_uid, entry.pw_gid))


def unit_results(program, name):
    """A cmocka program, run with TAP output: [(name, status, reason, output)]."""
    status, output, seconds = run_unit(program)
    results, said, reason = [], [], ""
    for line in output.split("\n"):
        found = re.match(r"(not ok|ok) \d+ (?:- |# SKIP ?)(.*)", line)
        if not found:
            said.append(line)
            skip = re.search(r"skip: (.*)", line)
            reason = skip[1] if skip else reason
            continue
        kind = "skipped" if "# SKIP" in line else "passed" if found[1] == "ok" else "failed"
        results.append((f"{name}:{found[2]}", kind, reason, "\n".join(said + [line])))
        said, reason = [], ""
    if status != 0 and not any(result[1] == "failed" for result in results):
        results.append((name, "failed", "", f"{output[-6000:]}\nexit status {status}"))
    elif status == 0 and not results:
        results.append((name, "failed", "", f"{output[-6000:]}\nno test in it"))
    # cmocka prints a failure's text after its line: give the whole output to the first one
    for number, (label, kind, _, _) in enumerate(results):
        if kind == "failed":
            results[number] = (label, kind, "", output[-12000:])
            break
    return results, seconds


def fuzz_results(program, name):
    """A fuzz target with a plain main, on every file of its corpus."""
    corpus = sorted(path for path in (TOP / "tests/fuzz/corpus" / program.name).rglob("*") if path.is_file())
    if not corpus:
        return [(name, "failed", "", f"tests/fuzz/corpus/{program.name} is empty")], 0
    status, output, seconds = run_program([str(program)] + [str(path) for path in corpus], PROGRAM_SECONDS, cwd=TOP)
    return [(f"{name} ({len(corpus)} inputs)", "passed" if status == 0 else "failed", "",
             f"{output[-6000:]}\nexit status {status}")], seconds


def python_results(path, name, part, patterns, durations):
    """A file of Python tests, or a part of it ("2/3"), in a process of its own."""
    with tempfile.NamedTemporaryFile("r", prefix="devkit-results-") as records:
        command = [sys.executable, "-B", str(TOP / "tests/lib/worker.py"), str(path), records.name, part]
        status, output, seconds = run_program(command + patterns, FILE_SECONDS, cwd=TOP)
        results = []
        for line in records:
            record = json.loads(line)
            results.append((f"{name}:{record['name']}", record["status"], record["reason"], record["output"]))
            durations.append((record["seconds"], results[-1][0]))
    if status != 0:
        results.append((name, "failed", "", f"{output[-6000:]}\nexit status {status}"))
    return results, seconds


def jobs_of(suite, build, patterns, durations):
    """[(name, function, alone)]: what a suite consists of. A pattern names a program or file, or tests within one.
    How long single Python tests took goes into `durations`."""
    jobs = []
    if suite in ("unit", "fuzz"):
        for source in sorted((TOP / "tests" / suite).rglob("test_*.c" if suite == "unit" else "fuzz_*.c")):
            name = str(source.relative_to(TOP / "tests").with_suffix(""))
            if patterns and not any(pattern in name for pattern in patterns):
                continue
            run = unit_results if suite == "unit" else fuzz_results
            jobs.append((name, lambda program=build / "tests" / name, name=name, run=run: run(program, name), False))
    else:
        for path in sorted((TOP / "tests" / suite).glob("test_*.py"), key=when):
            name, text = f"{suite}/{path.stem}", path.read_text()
            own = [] if any(pattern in name for pattern in patterns) else [x for x in patterns if x in text]
            if patterns and not own and not any(pattern in name for pattern in patterns):
                continue
            alone = setting(text, "RUN_ALONE") is not None
            parts = 1 if own else int(setting(text, "SPLIT") or 1)
            jobs += [(name, lambda path=path, name=name, part=f"{number}/{parts}", own=own:
                      python_results(path, name, part, own, durations), alone) for number in range(1, parts + 1)]
    return jobs


def setting(text, name):
    """The value of a line such as `SPLIT = 3` (the file is run in three parts, beside each other), or None."""
    found = re.search(rf"^{name} = (\S+)", text, re.M)
    return found and found[1]


def when(path):
    """Long ones begin first, so that the last minutes are not one file's alone."""
    return (LONG.index(path.stem) if path.stem in LONG else len(LONG), path.name)


def show(report, name, results, seconds):
    for result in results:
        report.add(*result)
    bad = any(result[1] == "failed" for result in results)
    if results:
        print(f"{'FAIL' if bad else 'ok  '} {name}  {len(results)} tests, {seconds:.1f} s", flush=True)


def run_suites(report, suites, build, patterns, workers):
    """All in one pool: the many short programs fill the gaps that the long files leave at the end."""
    order = sorted(suites, key=("integration", "cli", "unit", "fuzz").index)
    jobs = [job for suite in order for job in jobs_of(suite, build, patterns, report.durations)]
    for alone in (False, True):  # what measures time or fills a disk comes last, with nothing beside it
        with concurrent.futures.ThreadPoolExecutor(1 if alone else workers) as pool:
            running = {pool.submit(function): name for name, function, by_itself in jobs if by_itself == alone}
            try:
                for future in concurrent.futures.as_completed(running):
                    show(report, running[future], *future.result())
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                for child in list(RUNNING):
                    end(child)
                raise


def stage(build, folder):
    """Installs the built tree where every account can read it: black-box tests run the installed program."""
    if not (build / "devkit").exists():
        return
    subprocess.run([str(TOP / "scripts/install-files"), str(build), str(folder / "usr")], check=True,
                   stdout=subprocess.DEVNULL)
    os.environ["DEVKIT"] = str(folder / "usr/bin/devkit")


def sanitizer_settings(folder):
    """Reports go to files, so that one of a background process is not lost."""
    logs = folder / "sanitizer"
    logs.mkdir()
    logs.chmod(0o1777)
    common = f"log_path={logs}/report:exitcode=99:halt_on_error=1:print_stacktrace=1"
    # With gcov, plugins have thread-local storage, whose blocks the leak checker guesses wrongly after dlopen.
    os.environ["ASAN_OPTIONS"] = common + ":detect_leaks=1:detect_stack_use_after_return=1:intercept_tls_get_addr=0"
    os.environ["UBSAN_OPTIONS"] = common
    os.environ["DEVKIT_TEST_SANITIZED"] = "1"
    return logs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES) + " (default: all)")
    parser.add_argument("--build", default="build", help="the build folder")
    parser.add_argument("--sanitized", action="store_true", help="the build has sanitizers: look for their reports")
    parser.add_argument("--as-user", action="store_true", help="root: run devkit as an unprivileged account")
    parser.add_argument("-k", dest="patterns", action="append", default=[],
                        help="only tests whose name contains this; may be given several times")
    parser.add_argument("-j", type=int, default=(os.cpu_count() or 1) + 1,
                        help="test programs at once (one more than there are processors: much of it is waiting)")
    parser.add_argument("--durations", type=int, default=0, metavar="N", help="name the N slowest Python tests")
    options = parser.parse_args()
    unknown = [suite for suite in options.suites if suite not in SUITES]
    if unknown:
        parser.error(f"no suite {unknown[0]}: {', '.join(SUITES)}")
    build = (pathlib.Path.cwd() / options.build).resolve()
    os.environ["DEVKIT_BUILD"] = str(build)
    if options.as_user:
        os.environ["DEVKIT_TEST_AS_USER"] = "1"
    report = Report()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="devkit-run-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        logs = sanitizer_settings(folder) if options.sanitized else None
        stage(build, folder)
        run_suites(report, options.suites or SUITES, build, options.patterns, max(1, options.j))
        for path in sorted(logs.iterdir()) if logs else []:
            report.add(f"sanitizer {path.name}", "failed", "", path.read_text(errors="replace")[:8000])
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return report.finish(options.durations)


if __name__ == "__main__":
    sys.exit(main())
