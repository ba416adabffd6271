"""What the black-box and integration tests stand on.

    import pathlib, sys
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
    from devkit import Case

    class Reset(Case):
        def test_empty_recipe(self):
            project = self.project(config='[reset]\\nlayers = []\\n')
            project.ok("up")
            answer = project.json("reset")

A Project is a folder with a home, caches and settings of its own, a free port, and an end that leaves no process
behind. Run as root, `as_user=True` (or `tests/run.py --as-user` for all) runs devkit as an unprivileged account.
Servers of other makers and comparisons of databases are in postgres.py, which this file exports too."""
import atexit
import fcntl
import functools
import json
import os
import pathlib
import platform
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = TOP / "tests/fixtures"
SANITIZED = os.environ.get("DEVKIT_TEST_SANITIZED") == "1"
ACCOUNT = os.environ.get("DEVKIT_TEST_ACCOUNT", "nobody")
SLOWNESS = 4 if SANITIZED else 1  # time limits are multiplied by it
# What a developer's own shell may hold must not reach a test.
FOREIGN = ("DEVKIT", "PG", "DATABASE_URL", "XDG_", "NO_COLOR", "CLICOLOR", "VIRTUAL_ENV", "PYTHON")
SANITIZER_EXIT = 99
TRACERS = ("strace", "gdb", "ltrace")
MEMORY_WANTED = 6 * 2**30


def build_folder():
    return pathlib.Path(os.environ.get("DEVKIT_BUILD") or TOP / "build")


def program():
    """The devkit under test: the installed copy that tests/run.py made, else the one in the build folder."""
    return os.environ.get("DEVKIT") or str(build_folder() / "devkit")


def is_root():
    return os.geteuid() == 0


def reserve(port):
    """Makes a port this process's own among all test processes of the machine, by a lock that ends with it."""
    path = f"/tmp/devkit-test-port-{port}"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        return False  # another account's
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    atexit.register(pathlib.Path(path).unlink, missing_ok=True)
    return True  # the handle stays open: the lock is the reservation


def free_port(host="127.0.0.1"):
    """A port that nobody listens on now, and that no other test process will be given."""
    for _ in range(500):
        port = 20000 + (os.getpid() * 61 + free_port.taken * 7) % 12000
        free_port.taken += 1
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            if reserve(port):
                return port
    raise RuntimeError("no free port")


free_port.taken = 0


def wait_until(condition, seconds=20, what="condition"):
    """Polls condition() until it is true; its value. Fails after `seconds` (longer under sanitizers)."""
    end = time.monotonic() + seconds * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds * SLOWNESS} s in vain for {what}")
        time.sleep(0.02)


def belongs(pid, mark):
    """Is `mark` in its command line, environment or working directory? The cheapest look first."""
    try:
        for name in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{name}", "rb", buffering=0) as file:
                if mark in file.read():
                    return True
        return mark in os.fsencode(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return False


def processes_of(folder, word=b""):
    """Pids of processes that belong to a temporary folder: by command line, environment or working directory; with
    `word`, only of those that have it in their command line."""
    mark, own = os.fsencode(str(folder)), os.getpid()
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()] if os.path.exists("/proc/self") else []
    return [pid for pid in pids if pid != own and (not word or word in command_line(pid)) and belongs(pid, mark)]


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def is_postmaster(pid):
    words = command_line(pid).split(b"\0")
    return os.path.basename(words[0]) == b"postgres" and b"-D" in words


def end_processes(folder, patience=10):
    """Ends what still runs in a temporary folder, politely first. A postmaster that is asked to stop at once still
    ends its children, and writes no checkpoint into a folder that is about to go."""
    for sign, seconds in ((signal.SIGINT, patience), (signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        pids = processes_of(folder)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGQUIT if sign != signal.SIGKILL and is_postmaster(pid) else sign)
            except (ProcessLookupError, PermissionError):
                pass
        end = time.monotonic() + seconds
        while any(is_running(pid) for pid in pids) and time.monotonic() < end:
            time.sleep(0.005)
        if not processes_of(folder):
            return


def remove_tree(folder):
    """Removes a folder, also one with read-only folders inside."""
    def again(function, path, _):
        try:
            os.chmod(path if os.path.isdir(path) else os.path.dirname(path), 0o700)
            function(path)
        except OSError:
            pass
    if os.path.isdir(folder):  # or the folder around it would be closed to everybody
        shutil.rmtree(folder, onerror=again)
    shutil.rmtree(folder, ignore_errors=True)


@functools.lru_cache(None)
def scratch_base():
    """Where temporary folders lie: in memory when there is plenty and programs may run from it, because a server
    on a slow disk waits for it all day. DEVKIT_TEST_TMP names another place; the bench wants a real disk."""
    if os.environ.get("DEVKIT_TEST_TMP"):
        return os.environ["DEVKIT_TEST_TMP"]
    if platform.system() != "Linux":
        return None
    try:
        memory = os.statvfs("/dev/shm")
        if memory.f_bavail * memory.f_frsize >= MEMORY_WANTED and not memory.f_flag & os.ST_NOEXEC:
            return "/dev/shm"
    except OSError:
        pass
    return "/var/tmp"


def leave_nothing(folder):
    """For a run that was interrupted: a test that ended well has removed its folder already."""
    if folder.exists():
        end_processes(folder, 2)
        remove_tree(folder)


def scratch_folder():
    """A short temporary path (sockets!) that every account may enter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dk-", dir=scratch_base()))
    atexit.register(leave_nothing, folder)
    folder.chmod(0o755)
    return folder


def shared_cache(account):
    """One cache for all projects of a run, so that initdb runs once and not in every test."""
    base = pathlib.Path(os.environ.get("DEVKIT_TEST_CACHE") or f"/var/tmp/devkit-tests-{os.geteuid()}")
    folder = base / f"cache-{account or 'own'}"
    folder.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)
    give(folder, account)
    return folder


def give(path, account):
    """Makes a tree the account's own."""
    if not account or not is_root():
        return
    entry = pwd.getpwnam(account)
    names = [path] if os.path.isfile(path) else [os.path.join(place, name) for place, _, files in os.walk(path)
                                                 for name in ["", *files]]
    for name in names:
        try:
            os.chown(name, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
        except FileNotFoundError:
            pass  # a server at work removes files of its own


def account_arguments(account):
    """Keyword arguments of subprocess that run a child as the account."""
    if not account or not is_root():
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def sanitizer_report(pid):
    """What the sanitizer wrote about a process (tests/run.py has it write to files)."""
    found = re.search(r"log_path=([^:]*)", os.environ.get("ASAN_OPTIONS", ""))
    path = pathlib.Path(f"{found[1]}.{pid}") if found else None
    return path.read_text(errors="replace")[:6000] if path and path.exists() else ""


class Result:
    """What a run of devkit said: rc, stdout, stderr, seconds, and its JSON if it printed any."""

    def __init__(self, arguments, rc, stdout, stderr, seconds):
        self.arguments, self.rc, self.seconds = arguments, rc, seconds
        self.stdout = stdout.decode(errors="replace")
        self.stderr = stderr.decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.stdout)

    @property
    def result(self):
        return self.json["result"]

    @property
    def error(self):
        return self.json["error"]

    def __str__(self):
        return (f"devkit {' '.join(map(str, self.arguments))}\nexit status {self.rc} after {self.seconds:.2f} s\n"
                f"stdout: {self.stdout[-4000:]}\nstderr: {self.stderr[-6000:]}")


class Project:
    """A project folder for one test.

    config   text of .devkit.toml; bin_dir and other [server.local] keys are added by `server`
    env      a dict written to .env; None: DATABASE_URL of a local server on a free port; {}: no .env
    name     name of the folder; path of the project is root/name
    database name, role and password in the URL that is made
    cache    "shared" (initdb's result is kept between tests) or "own"
    """

    def __init__(self, config="", env=None, name="app", as_user=None, bin_dir=None, database="app", role="app",
                 password="secret", cache="shared", server=""):
        wanted = os.environ.get("DEVKIT_TEST_AS_USER") == "1" if as_user is None else as_user
        self.account = ACCOUNT if wanted and is_root() else None
        self.root = scratch_folder()
        self.path = self.root / name
        self.port, self.database, self.role, self.password = free_port(), database, role, password
        self.variables, self.children = {}, []
        for folder in ("home", "run", "state", "data", "cache", "tmp"):
            (self.root / folder).mkdir()
            (self.root / folder).chmod(0o700 if folder == "run" else 0o755)
        (self.root / "tmp").chmod(0o1777)
        self.cache = self.root / "cache" if cache == "own" else shared_cache(self.account)
        self.path.mkdir(parents=True)
        if bin_dir:
            server = f'bin_dir = "{bin_dir}"\n{server}'
        self.write(".devkit.toml", config + (f"\n[server.local]\n{server}" if server else ""))
        if env is None:
            env = {"DATABASE_URL": self.url}
        if env:
            self.write(".env", "".join(f"{key}={value}\n" for key, value in env.items()))
        give(self.root, self.account)

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def url(self):
        return self.url_of()

    def url_of(self, database=None, scheme="postgresql"):
        from urllib.parse import quote
        return (f"{scheme}://{quote(self.role, safe='')}:{quote(self.password, safe='')}@127.0.0.1:{self.port}/"
                f"{quote(self.database if database is None else database, safe='')}")

    def write(self, path, text, mode=None):
        """Writes a file below the project folder (text or bytes); its path."""
        place = self.path / path
        new = [folder for folder in place.parents if not folder.exists()]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        if mode is not None:
            place.chmod(mode)
        for made in [*new, place]:
            give(made, self.account)
        return place

    def copy(self, source, path="."):
        """Copies a file or a folder's content into the project."""
        target = self.path / path
        if os.path.isdir(source):
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        give(self.path, self.account)

    def read(self, path):
        return (self.path / path).read_text()

    # ── programs ─────────────────────────────────────────────────────────────────────────────────────────
    def environment(self, extra=None):
        values = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        home = {"HOME": "home", "XDG_CONFIG_HOME": "home/.config", "XDG_STATE_HOME": "state",
                "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run", "TMPDIR": "tmp"}
        values.update({key: str(self.root / folder) for key, folder in home.items()})
        values.update(XDG_CACHE_HOME=str(self.cache), LC_ALL="C.UTF-8", TZ="UTC")
        values.update(self.variables)
        for key, value in (extra or {}).items():
            values.pop(key, None) if value is None else values.update({key: str(value)})
        return values

    def popen(self, *arguments, env=None, cwd=None, command=None, **keywords):
        """Starts devkit (or `command`) and returns the Popen; the project's end ends it."""
        if SANITIZED and command and os.path.basename(str(command[0])) in TRACERS:
            # A traced program can't look for leaks.
            env = dict(env or {}, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
        keywords.setdefault("stdin", subprocess.DEVNULL)
        keywords.setdefault("stdout", subprocess.PIPE)
        keywords.setdefault("stderr", subprocess.PIPE)
        child = subprocess.Popen(list(map(str, command or [program(), *arguments])), cwd=cwd or self.path,
                                 env=self.environment(env), start_new_session=True,
                                 **account_arguments(self.account), **keywords)
        self.children.append(child)
        return child

    def run(self, *arguments, input=None, timeout=180, env=None, cwd=None, command=None):
        """Runs devkit to its end: a Result, whatever the exit status is."""
        started = time.monotonic()
        child = self.popen(*arguments, env=env, cwd=cwd, command=command,
                           stdin=subprocess.DEVNULL if input is None else subprocess.PIPE)
        try:
            stdout, stderr = child.communicate(None if input is None else
                                               input if isinstance(input, bytes) else input.encode(),
                                               timeout * SLOWNESS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            stdout, stderr = child.communicate(timeout=20)
            raise AssertionError(f"no end after {timeout * SLOWNESS} s\n"
                                 + str(Result(arguments, "none", stdout, stderr, timeout)))
        finally:
            self.children.remove(child)
        result = Result(arguments, child.returncode, stdout, stderr, time.monotonic() - started)
        if child.returncode == SANITIZER_EXIT or "runtime error: " in result.stderr:
            raise AssertionError(f"a sanitizer stopped it\n{result}\n{sanitizer_report(child.pid)}")
        return result

    def ok(self, *arguments, **keywords):
        """run(), and the exit status must be 0."""
        result = self.run(*arguments, **keywords)
        if result.rc != 0:
            raise AssertionError(f"should have succeeded: {result}")
        return result

    def fails(self, status, *arguments, **keywords):
        """run(), and the exit status must be `status`."""
        result = self.run(*arguments, **keywords)
        if result.rc != status:
            raise AssertionError(f"exit status should be {status}: {result}")
        return result

    def json(self, *arguments, **keywords):
        """Runs with --json, which must succeed: the value of "result"."""
        answer = self.ok(*arguments, "--json", **keywords).json
        if not (answer["schema"] == 1 and answer["ok"] is True):
            raise AssertionError(f"not a success: {answer}")
        return answer["result"]

    def sql(self, text, database=None, **keywords):
        """Runs SQL as the application would, through the URL: text, columns separated by |."""
        import postgres
        return postgres.sql(self.url_of(database), text, **keywords)

    def settle(self, seconds=60):
        """Waits until no background worker of this project runs."""
        def is_quiet():
            return not processes_of(self.root, b"maintain")
        # Looked at twice: in the midst of exec a process has no command line.
        wait_until(lambda: is_quiet() and (time.sleep(0.02) or is_quiet()), seconds, "the background worker's end")

    def close(self):
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            for stream in (child.stdin, child.stdout, child.stderr):
                if stream:
                    stream.close()
        end_processes(self.root)
        remove_tree(self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb", buffering=0) as file:
            return file.read()
    except OSError:
        return b""


class Case(unittest.TestCase):
    """A test case whose projects and clusters end with the test."""
    maxDiff = 8000

    def project(self, *arguments, **keywords):
        project = Project(*arguments, **keywords)
        self.addCleanup(project.close)
        return project

    def cluster(self, *arguments, **keywords):
        import postgres
        cluster = postgres.Cluster(*arguments, **keywords)
        self.addCleanup(cluster.close)
        return cluster

    def scratch(self):
        """A temporary folder of the account that devkit runs as."""
        folder = scratch_folder()
        self.addCleanup(remove_tree, folder)
        give(folder, ACCOUNT if os.environ.get("DEVKIT_TEST_AS_USER") == "1" else None)
        return folder


if __name__ == "__main__":
    sys.exit("a library; see its first lines")
