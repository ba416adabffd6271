"""A real Docker engine for tests, and images with PostgreSQL in it. Nothing of the machine's own Docker is touched.

    from docker import engine

    class Containers(Case):
        def setUp(self):
            self.engine = engine(self)                 # skips with the reason where no engine can be started
            self.image = self.engine.postgres(15)      # "postgres:15"; made once and kept, see docker_image.py
            project.variables["DOCKER_HOST"] = self.engine.url

    engine.call("GET", "/containers/json?all=1")       the Engine API: parsed JSON (or text); raises ApiError
    engine.run(image, name=…, env={…}, ports={5432: 40001}, labels={…})   creates and starts a container: its id
    engine.remove(id_or_name)                          with its anonymous volumes; fine when it is gone
    engine.derive("postgres:15-slow", "postgres:15", "ENV TEST_PAUSE=2")  an image with further Dockerfile lines
    engine.client("compose", …)                        the environment's docker and docker-compose find the engine
    engine.environment()                               by DOCKER_HOST: pass it to their subprocess
    engine.allow("nobody")                             another account may use the socket, too
    Relay(engine, before)                              a socket that passes everything on, or cuts it off

One dockerd serves all test processes of this account: the first starts it, the last stops it, whatever order they end
in (a shared lock tells). Its folder is /var/tmp/devkit-tests-UID/docker, its images stay there for the next run;
containers, volumes and networks do not. Tests run side by side: name what you make after free_port() or a random
word, look only at your own, remove it in tearDown (self.addCleanup(engine.remove, name))."""
import atexit
import fcntl
import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest
from urllib.parse import quote, urlencode

import devkit
import docker_image

FOLDER = pathlib.Path(os.environ.get("DEVKIT_TEST_DOCKER") or f"/var/tmp/devkit-tests-{os.geteuid()}/docker")
API = "v1.41"
START_SECONDS = 60


class ApiError(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Api:
    """The Docker Engine API over a unix socket; Podman's service speaks it, too."""

    def __init__(self, path):
        self.socket = pathlib.Path(path)
        self.url = f"unix://{path}"

    def call(self, method, path, body=None, timeout=120, kind="application/json", raw=False):
        connection = UnixConnection(self.socket, timeout)
        if kind == "application/json" and body is not None:
            body = json.dumps(body)
        try:
            try:
                connection.request(method, f"/{API}{path}", body=body, headers={"Content-Type": kind, "Host": "docker"})
            except BrokenPipeError:
                pass  # refused before it was read to its end: the answer says why
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise ApiError(answer.status, content.decode(errors="replace"))
        if raw:
            return content
        try:
            return json.loads(content) if content else None
        except ValueError:
            return content.decode(errors="replace")

    def answers(self):
        try:
            return self.call("GET", "/version", timeout=5)
        except (OSError, ApiError, http.client.HTTPException):
            return None

    def environment(self, **more):
        values = {key: value for key, value in os.environ.items() if not key.startswith(("DOCKER_", "COMPOSE_"))}
        return {**values, "DOCKER_HOST": self.url, **more}

    def client(self, *words, check=True, program="docker", **keywords):
        """Runs the docker client (or program="docker-compose") on this engine: the CompletedProcess."""
        return subprocess.run([program, *words], env=self.environment(), capture_output=True, text=True, check=check,
                              timeout=300, **keywords)

    # ── images ───────────────────────────────────────────────────────────────────────────────────────────
    def image(self, name):
        try:
            return self.call("GET", f"/images/{quote(name, safe='/:')}/json")
        except ApiError as error:
            if error.status != 404:
                raise
            return None

    def postgres(self, major=None):
        """Name of an image that behaves as the official one; made when it is missing or not today's."""
        import postgres
        major = major or postgres.default_major()
        name, recipe = f"postgres:{major}", docker_image.recipe(major)
        with self.locked("image"):
            found = self.image(name)
            if not found or (found["Config"].get("Labels") or {}).get("devkit.test.recipe") != recipe:
                self.load(name, major)
        return name

    def load(self, name, major):
        with tempfile.NamedTemporaryFile(dir="/var/tmp") as file:
            docker_image.build(major, file.name)
            query = urlencode({"fromSrc": "-", "repo": "devkit-root", "tag": major})
            with open(file.name, "rb") as stream:
                said = self.call("POST", f"/images/create?{query}", stream, kind="application/x-tar", raw=True)
            if b'"error"' in said:
                raise RuntimeError(said.decode())
        self.derive(name, f"devkit-root:{major}", *docker_image.settings(major))

    def derive(self, name, base, *instructions):
        """An image with further Dockerfile lines on top of another one."""
        text = "\n".join([f"FROM {base}", *instructions, ""]).encode()
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        said = self.call("POST", f"/build?{urlencode({'t': name, 'rm': 1})}", context.getvalue(), raw=True,
                         kind="application/x-tar")
        if b'"error"' in said or not self.image(name):
            raise RuntimeError(said.decode())
        return name

    def locked(self, name):
        FOLDER.mkdir(parents=True, exist_ok=True)
        return FileLock(FOLDER / f"{name}.lock", fcntl.LOCK_EX)

    # ── containers ───────────────────────────────────────────────────────────────────────────────────────
    def run(self, image, name=None, env=None, ports=None, labels=None, volumes=(), command=None):
        """Creates and starts a container: its id. ports: {container port: host port on 127.0.0.1}."""
        body = {"Image": image, "Env": [f"{key}={value}" for key, value in (env or {}).items()], "Labels": labels or {},
                "ExposedPorts": {f"{port}/tcp": {} for port in ports or {}},
                "HostConfig": {"PortBindings": {f"{inside}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(outside)}]
                                                for inside, outside in (ports or {}).items()},
                               "Binds": list(volumes)}}
        if command:
            body["Cmd"] = command
        made = self.call("POST", "/containers/create" + (f"?name={name}" if name else ""), body)["Id"]
        self.call("POST", f"/containers/{made}/start")
        return made

    def inspect(self, name):
        """What the engine tells of a container, or None."""
        try:
            return self.call("GET", f"/containers/{name}/json")
        except ApiError as error:
            if error.status != 404:
                raise
            return None

    def remove(self, name):
        try:
            self.call("DELETE", f"/containers/{name}?force=1&v=1")
        except ApiError as error:
            if error.status != 404:
                raise

    def remove_volume(self, name):
        try:
            self.call("DELETE", f"/volumes/{name}?force=1")
        except ApiError as error:
            if error.status != 404:
                raise

    def logs(self, name):
        """Both streams of a container, as text; the frames' headers are left out."""
        content, text = self.call("GET", f"/containers/{name}/logs?stdout=1&stderr=1", raw=True), b""
        while len(content) >= 8:
            length = int.from_bytes(content[4:8], "big")
            text, content = text + content[8:8 + length], content[8 + length:]
        return text.decode(errors="replace")

    def allow(self, account):
        """Lets another account use the socket."""
        if account:
            shutil.chown(self.socket, user=account)


class Relay:
    """Stands between devkit and the engine. `before` is called with the beginning of every request; what it does is
    done before the engine hears of it, and True ends the engine, as far as devkit can see.

        with Relay(engine, lambda request: b"/start" in request) as relay:
            project.variables["DOCKER_HOST"] = relay.url"""

    def __init__(self, engine, before):
        self.engine, self.before, self.connections = engine, before, []
        self.folder = devkit.scratch_folder()
        self.url = f"unix://{self.folder}/relay.sock"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/relay.sock")
        os.chmod(f"{self.folder}/relay.sock", 0o777)
        self.listener.listen(32)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.engine.socket))
            self.connections += [client, server]
            for source, target, hook in ((client, server, self.before), (server, client, None)):
                threading.Thread(target=self.pass_on, args=(source, target, hook), daemon=True).start()

    def pass_on(self, source, target, hook):
        try:
            while data := source.recv(65536):
                if hook and hook(data):
                    self.close()
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        """Whoever is connected is cut off, and nobody can connect any more."""
        for one in [self.listener, *self.connections]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        devkit.remove_tree(self.folder)


class FileLock:
    """A lock that ends with this process, or with the `with` around it."""

    def __init__(self, path, kind):
        self.handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.handle, kind)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.handle)


class Engine(Api):
    """The shared dockerd; see engine()."""

    def __init__(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        FOLDER.parent.chmod(0o755)
        FOLDER.chmod(0o755)
        super().__init__(FOLDER / "docker.sock")
        with self.locked("start"):
            self.users = FileLock(FOLDER / "users.lock", fcntl.LOCK_SH)
            if not self.answers():
                self.start()
        atexit.register(self.leave)

    def start(self):
        end_daemon()  # of a run that was killed
        self.socket.unlink(missing_ok=True)
        (FOLDER / "daemon.json").write_text("{}")
        command = ["dockerd", "--data-root", FOLDER / "data", "--exec-root", FOLDER / "exec", "--pidfile",
                   FOLDER / "docker.pid", "--config-file", FOLDER / "daemon.json", "--host", self.url, "--group", "root",
                   "--iptables=false", "--ip6tables=false", "--ip-masq=false"]
        with open(FOLDER / "dockerd.log", "wb") as log:
            child = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                     start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if child.poll() is not None or time.monotonic() > end:
                end_daemon()
                last = (FOLDER / "dockerd.log").read_text(errors="replace")[-600:]
                raise unittest.SkipTest(f"dockerd does not start here: {last}")
            time.sleep(0.05)

    def leave(self):
        """The last one stops the engine; containers, volumes and networks go with it."""
        os.close(self.users.handle)
        with self.locked("start"):
            handle = os.open(FOLDER / "users.lock", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # somebody else is at work
            finally:
                os.close(handle)
            try:
                self.sweep()
            except (OSError, ApiError, http.client.HTTPException):
                pass
            end_daemon()

    def sweep(self):
        for container in self.call("GET", "/containers/json?all=1"):
            self.remove(container["Id"])
        for volume in self.call("GET", "/volumes")["Volumes"] or []:
            self.remove_volume(volume["Name"])
        self.call("POST", "/networks/prune")
        self.call("POST", "/images/prune")


def end_daemon():
    """Ends the dockerd of our pid file, and what it left when it was killed."""
    try:
        pid = int((FOLDER / "docker.pid").read_text())
    except (OSError, ValueError):
        pid = 0
    if pid and os.fsencode(str(FOLDER / "data")) in devkit.command_line(pid):  # and not whoever got its number
        for sign, seconds in ((signal.SIGTERM, 30), (signal.SIGKILL, 5)):
            kill(pid, sign)
            if ended(lambda: not devkit.is_running(pid), seconds):
                break
    end_leftovers()
    devkit.end_processes(FOLDER / "exec", 2)
    (FOLDER / "docker.pid").unlink(missing_ok=True)


def end_leftovers():
    """Shims outlive a dockerd that was killed, and what ran in its containers outlives them."""
    ended(lambda: not [kill(pid, signal.SIGKILL) for pid in leftovers()], 10)


def leftovers():
    """Pids of our own shims, by their command lines, and of our containers' processes, by their control groups."""
    shim = os.fsencode(str(FOLDER / "exec/containerd"))
    containers = [os.fsencode(entry.name) for entry in (FOLDER / "data/containers").glob("?" * 64)]
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    return [pid for pid in pids if devkit.is_running(pid)
            and (b"containerd-shim" in (line := devkit.command_line(pid)) and shim in line
                 or any(name in groups_of(pid) for name in containers))]


def groups_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cgroup").read_bytes()
    except OSError:
        return b""


def kill(pid, sign):
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        pass


def ended(condition, seconds):
    """Polls condition() for at most so long: whether it became true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def missing():
    """Why no engine can be started here, or None."""
    if not devkit.is_root():
        return "a Docker engine of our own needs root"
    for program in ("dockerd", "containerd", "runc"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return f"{program} is not installed (scripts/bootstrap test)"
    return None


shared = None


def engine(case=None):
    """The Docker engine of this run; skips the test where there can be none."""
    global shared
    if shared is None:
        reason = missing()
        if reason:
            raise unittest.SkipTest(reason)
        shared = Engine()
    return shared
