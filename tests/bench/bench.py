"""make bench: devkit, side by side with the bare floor and with what people use today.

    bench.py [--quick] [--only PART]…     parts: start ports up docker warm cold spare increment big doctor

--quick leaves the 1 GB database out and measures less often."""
import argparse
import contextlib
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "lib"))
import devkit  # noqa: E402
import postgres  # noqa: E402
from measure import Contestant, Verdicts, machine, ratio, side_by_side  # noqa: E402

DEMO = devkit.TOP / "templates/demo"
SCRATCH = devkit.build_folder() / "bench"
BIG_ROWS = 7_000_000  # about 1 GB with its key


# Before each run: the background work is done, and the disk has taken what it was given. Otherwise one would
# measure the write-back of the copy that was made for the next run.
QUIET = ["sh", "-c", '"$1" gc --wait >/dev/null && sync', "sh", devkit.program()]


class Bench:
    """A demo project with its server, and databases beside it for the other ways."""

    def __init__(self, config="", big=False):
        self.project = devkit.Project(name="tasks", database="tasks", role="tasks")
        self.project.copy(DEMO)
        with open(self.project.path / ".devkit.toml", "a", encoding="utf-8") as file:
            file.write(config)
        if big:
            self.add_big_table()
        self.project.ok("up")
        self.status = self.project.json("status")
        self.project.ok("reset", timeout=1200)
        self.wait()

    def add_big_table(self):
        self.project.write("migrations/006_event.sql", "CREATE TABLE event (id bigint PRIMARY KEY, payload text NOT NULL);\n")
        self.project.write("seeds/event.sql", "INSERT INTO event SELECT n, repeat(md5(n::text), 3)"
                                              f" FROM generate_series(1, {BIG_ROWS}) AS n;\n")
        config = self.project.read(".devkit.toml").replace('"seeds/task.sql"]', '"seeds/task.sql", "seeds/event.sql"]')
        self.project.write(".devkit.toml", config)

    def wait(self):
        self.project.ok("gc", "--wait", timeout=1200)

    def contestant(self, name, command, prepare=None, env=None, **keywords):
        return Contestant(name, command, prepare, cwd=self.project.path, env=self.project.environment(env), **keywords)

    def devkit(self, name, *arguments, **keywords):
        return self.contestant(name, [devkit.program(), *arguments], QUIET, **keywords)

    def admin_url(self, database="postgres"):
        return f"postgresql:///{database}?host={self.status['socket_dir']}&port={self.status['port']}&user=devkit_admin"

    def admin(self, text):
        return postgres.sql(self.admin_url(), text)

    def psql(self, *statements, database="postgres"):
        """A psql command line as devkit's own superuser, one statement each."""
        words = [postgres.client("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-d", self.admin_url(database)]
        for statement in statements:
            words += ["-c", statement]
        return words

    def size(self, database="tasks"):
        return int(self.admin(f"SELECT pg_database_size('{database}')")) / 2**20

    def floor(self):
        """(a): only the two renames, over the same socket; the prepare step gives the spare its name back."""
        self.admin("CREATE DATABASE floor_live; CREATE DATABASE floor_spare;")
        return self.contestant("(a) bare floor: connect, two renames",
                               [SCRATCH / "floor", self.status["socket_dir"], self.status["port"], "devkit_admin",
                                "floor_live", "floor_spare", "floor_undo"],
                               ["sh", "-c", '"$@" 2>/dev/null; sync', "sh",
                                *self.psql("ALTER DATABASE floor_undo RENAME TO floor_spare")])

    def by_hand(self, keeps=False):
        """(b): the script that teams write: drop, create, every migration, the seeds, with psql. `keeps`: and what
        devkit does besides, ANALYZE and a copy for the next time."""
        database = "by_hand_kept" if keeps else "by_hand"
        url, maintenance = self.project.url_of(database), self.project.url_of("postgres")
        psql = f"'{postgres.client('psql')}' -Xq -v ON_ERROR_STOP=1"
        script = ["set -e", f"{psql} -d '{maintenance}' -c 'DROP DATABASE IF EXISTS {database}' 2>/dev/null",
                  f"{psql} -d '{maintenance}' -c 'CREATE DATABASE {database}'"]
        script += [f"{psql} -1 -d '{url}' -f '{path}'" for path in sorted((self.project.path / "migrations").glob("*.sql"))]
        script.append(self.seed_by_psql(url))
        if keeps:
            script += [f"{psql} -d '{url}' -c ANALYZE", f"{psql} -d '{maintenance}' -c 'DROP DATABASE IF EXISTS kept' 2>/dev/null",
                       f"{psql} -d '{maintenance}' -c 'CREATE DATABASE kept TEMPLATE {database}'"]
        self.project.write(f"{database}.sh", "\n".join(script) + "\n")
        name = "the same, and ANALYZE and a copy" if keeps else "(b) by hand: psql drops, creates, applies, seeds"
        return self.contestant(name, ["sh", f"{database}.sh"], ["sync"])

    def seed_by_psql(self, url):
        psql = f"'{postgres.client('psql')}' -Xq -v ON_ERROR_STOP=1 -d '{url}'"
        copy = '\\\\copy "user" (id, email, name) FROM seeds/user.csv CSV HEADER'.replace("\\\\", "\\")
        seeds = [f"{psql} -c '{copy}'"]
        seeds += [f"{psql} -1 -f '{path}' >/dev/null" for path in sorted((self.project.path / "seeds").glob("*.sql"), reverse=True)]
        return "\n".join(seeds)

    def dbmate(self):
        """(c): dbmate drop, up, and the same seeds."""
        modules = postgres.node_modules()
        programs = sorted(modules.glob("@dbmate/*/bin/dbmate")) if modules else []
        if not programs:
            print("  (c) dbmate is not here: scripts/fetch-test-packages")
            return None
        for path in sorted(DEMO.glob("migrations/*.sql")):
            self.project.write(f"db/{path.name}", f"-- migrate:up\n{path.read_text()}\n-- migrate:down\n")
        url = self.project.url_of("by_dbmate", "postgres") + "?sslmode=disable"
        dbmate = f"'{programs[0]}' --url '{url}' --no-dump-schema --migrations-dir db"
        self.project.write("by_dbmate.sh", f"set -e\n{dbmate} drop >/dev/null\n{dbmate} up >/dev/null\n"
                           + self.seed_by_psql(self.project.url_of("by_dbmate")) + "\n")
        return self.contestant("(c) dbmate drop && dbmate up, seeds", ["sh", "by_dbmate.sh"], ["sync"])

    def sqlalchemy(self):
        """(d): the ORM's script."""
        self.admin("DROP DATABASE IF EXISTS by_orm; CREATE DATABASE by_orm OWNER tasks;")
        return self.contestant("(d) SQLAlchemy: drop_all, create_all, add_all",
                               ["/usr/bin/python3", HERE / "sqlalchemy_reset.py"], ["sync"], warmup=0,
                               env={"DATABASE_URL": self.project.url_of("by_orm", "postgresql+psycopg2")})

    def close(self):
        self.project.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────
def part_start(verdicts, scale):
    print("\nstart of the program")
    empty, version = side_by_side([Contestant("an empty C program", [SCRATCH / "empty"], warmup=10),
                                   Contestant("devkit --version", [devkit.program(), "--version"], warmup=10)], 400 // scale)
    verdicts.at_most("devkit --version against an empty C program", version, empty, 2)


LISTENERS = """import resource, socket, sys, time
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (4096 if most == resource.RLIM_INFINITY else min(4096, most), most))
kept, hosts = [], ["127.0.0.1", "::1"]
for number in range(int(sys.argv[1])):
    host = hosts[number % 4 == 3]
    kept.append(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))
    try:
        kept[-1].bind((host, 0))
    except OSError:  # a machine without IPv6
        hosts[1] = hosts[0]
        kept[-1] = socket.create_server((hosts[0], 0))
    kept[-1].listen()
print("ready", flush=True)
time.sleep(3600)
"""


@contextlib.contextmanager
def listeners(count, processes):
    """Programs that listen on so many ports together."""
    children = []
    try:
        for _ in range(processes):
            children.append(subprocess.Popen(["/usr/bin/python3", "-c", LISTENERS, str(count // processes)],
                                             stdout=subprocess.PIPE))
        for child in children:
            if child.stdout.readline() != b"ready\n":
                raise RuntimeError("a listener did not start")
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()
            child.stdout.close()


def part_ports(verdicts, scale):
    count = 2000
    print(f"\nwho listens, among {count} listening sockets")
    programs = [(name, shutil.which(name)) for name in ("ss", "lsof")]
    if not all(path for _, path in programs):
        print("  ss or lsof is not here: scripts/bootstrap bench")
        return
    config = f"[ports]\nbackend = {devkit.free_port()}\nfrontend = {devkit.free_port()}\n"
    with devkit.Project(config=config, name="shop") as project, listeners(count, 4):
        project.ok("up")
        project.write(".env", project.read(".env") + f"REDIS_URL=redis://localhost:{devkit.free_port()}/0\n")
        keywords = {"cwd": project.path, "env": project.environment()}
        ports, every, ss, lsof = side_by_side([
            Contestant("devkit ports", [devkit.program(), "ports"], **keywords),
            Contestant("devkit ports --all", [devkit.program(), "ports", "--all"], **keywords),
            Contestant("ss -ltnp", ["ss", "-ltnp"], **keywords),
            Contestant("lsof -nP -iTCP -sTCP:LISTEN", ["lsof", "-nP", "-iTCP", "-sTCP:LISTEN"], **keywords)], 60 // scale)
        verdicts.at_most("devkit ports against ss -ltnp", ports, ss, 1)
        verdicts.at_most("devkit ports against lsof", ports, lsof, 0.3)
        verdicts.at_most("devkit ports --all against ss -ltnp", every, ss, 1)


def part_up(verdicts, scale):
    print("\na new cluster")
    programs = postgres.versions()[postgres.default_major()]
    as_account = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if devkit.is_root() else []
    with devkit.Project(name="fresh", database="fresh", role="fresh") as project:
        project.ok("up")
        project.write("initdb.sh", f"""set -e
'{programs}/initdb' -D "$1/data" -U postgres >/dev/null
'{programs}/pg_ctl' -D "$1/data" -w -l "$1/log" -o "-p {devkit.free_port()} -k '$1' -h 127.0.0.1" start >/dev/null
""")
        project.write("stop.sh", f"""'{programs}/pg_ctl' -D "$1/data" -w -m immediate stop >/dev/null 2>&1
rm -rf "$1/data" "$1/log"
sync
""")
        folder = project.root / "tmp"
        keywords = {"cwd": project.path, "env": project.environment()}
        up, plain = side_by_side([
            Contestant("devkit up, initdb's result cached", [devkit.program(), "up"],
                       ["sh", "-c", '"$1" destroy --confirm fresh >/dev/null; sync', "sh", devkit.program()], **keywords),
            Contestant("(e) initdb and pg_ctl start", [*as_account, "sh", "initdb.sh", folder],
                       [*as_account, "sh", "stop.sh", folder], **keywords)], 16 // scale)
        verdicts.faster("up of a new cluster against initdb + pg_ctl start", up, plain, 3)


# What teams write: run, then ask until a query over TCP succeeds.
BY_DOCKER = """set -e
docker run -d --name {name} -p 127.0.0.1:{port}:5432 -e POSTGRES_USER=fresh -e POSTGRES_PASSWORD=secret \\
    -v {name}:/var/lib/postgresql/data {image} >/dev/null
until PGCONNECT_TIMEOUT=1 '{psql}' -Xqd '{url}' -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
"""


def part_docker(verdicts, scale):
    import docker
    import unittest
    print("\na new container")
    try:
        engine = docker.engine()
    except unittest.SkipTest as why:
        print(f"  left out: {why}")
        return
    if not shutil.which("docker"):
        print("  left out: the docker client is not installed")
        return
    image, name, port = engine.postgres(), f"devkit-bench-{devkit.free_port()}", devkit.free_port()
    config = f'[database]\nserver = "docker"\n[server.docker]\nimage = "{image}"\n'
    with devkit.Project(config=config, name="fresh", database="fresh", role="fresh") as project:
        project.variables["DOCKER_HOST"] = engine.url
        engine.allow(project.account)
        url = project.url.replace(f":{project.port}/", f":{port}/")
        project.write("run.sh", BY_DOCKER.format(name=name, port=port, image=image, url=url, psql=postgres.client("psql")))
        project.write("stop.sh", f"docker rm -f {name} >/dev/null 2>&1\ndocker volume rm {name} >/dev/null 2>&1\nsync\n")
        for command in (["up"], ["destroy", "--confirm", "fresh"]):
            project.ok(*command)  # the first of a day reads the image from disk
        keywords = {"cwd": project.path, "env": project.environment(), "warmup": 0}
        up, plain = side_by_side([
            Contestant("devkit up", [devkit.program(), "up"],
                       ["sh", "-c", '"$1" destroy --confirm fresh >/dev/null 2>&1; sync', "sh", devkit.program()], **keywords),
            Contestant("docker run, psql until it answers", ["sh", "run.sh"], ["sh", "stop.sh"], **keywords)], 16 // scale)
        project.run("destroy", "--confirm", "fresh")
        engine.remove(name)
        engine.remove_volume(name)
        verdicts.at_most("up of a new container against docker run and a loop", up, plain, 1.05)


def part_warm(verdicts, scale, remember):
    with Bench() as bench:
        print(f"\nwarm reset, {bench.size():.0f} MB")
        floor, warm = side_by_side([bench.floor(), bench.devkit("devkit reset, with a spare", "reset")], 60 // scale)
        remember["warm"] = warm
        verdicts.at_most("warm reset with a spare against the floor (a)", warm, floor, 2)
        for contestant, runs, limit, name in ((bench.dbmate(), 6 // scale, 50, "dbmate (c)"),
                                              (bench.sqlalchemy(), 2, 100, "SQLAlchemy (d)")):
            if contestant:
                slow = side_by_side([contestant], runs, 1)[0]
                verdicts.faster(f"warm reset against {name}", warm, slow, limit)


def measure_cold(bench, verdicts, runs, label, **keywords):
    cold, by_hand, kept = side_by_side([bench.devkit("devkit reset --fresh", "reset", "--fresh", **keywords), bench.by_hand(),
                                        bench.by_hand(keeps=True)], runs, max(1, runs // 4))
    value, low, high = ratio(cold, kept)
    verdicts.at_most(f"cold reset against psql by hand (b){label}", cold, by_hand, 1.15,
                     "the script neither analyses what it loaded nor keeps a copy for the next time; "
                     f"against one that does: {value:.2f} ×  ({low:.2f} … {high:.2f})")


def part_cold(verdicts, scale):
    with Bench() as bench:
        print(f"\ncold reset, {bench.size():.0f} MB")
        measure_cold(bench, verdicts, 16 // scale, "")


def measure_without_spare(bench, verdicts, runs, label):
    template = bench.admin("SELECT datname FROM pg_database WHERE datname LIKE 'devkit\\_template%' "
                           "ORDER BY pg_database_size(oid) DESC LIMIT 1")
    bench.admin("CREATE DATABASE by_clone")
    reset, clone = side_by_side([
        bench.devkit("devkit reset, no spare", "reset"),
        bench.contestant("bare DROP + CREATE … TEMPLATE",
                         bench.psql("DROP DATABASE by_clone", f'CREATE DATABASE by_clone TEMPLATE "{template}"'), QUIET)], runs)
    verdicts.at_most(f"reset without a spare against bare CREATE … TEMPLATE{label}", reset, clone, 1.15)


def part_spare(verdicts, scale):
    with Bench("\n[reset]\nspare = false\n") as bench:
        print(f"\nreset without a spare, {bench.size():.0f} MB")
        measure_without_spare(bench, verdicts, 24 // scale, "")


def part_increment(verdicts, scale):
    """The 501st migration: each run brings one that no template has seen."""
    print("\none new migration on 500")
    project = devkit.Project(config='[reset]\nlayers = ["migrate"]\n[migrate]\ntool = "sql"\ndir = "migrations"\n', name="many")
    with project:
        for number in range(1, 501):
            project.write(f"migrations/{number:03}_step.sql", f"CREATE TABLE step_{number} (id int PRIMARY KEY, note text);\n")
        project.ok("up")
        status = project.json("status")
        project.ok("reset")
        project.ok("gc", "--wait")
        admin = f"postgresql:///postgres?host={status['socket_dir']}&port={status['port']}&user=devkit_admin"
        psql = f"'{postgres.client('psql')}' -XAtq -v ON_ERROR_STOP=1"
        newest = ("SELECT datname FROM pg_database WHERE datname LIKE 'devkit\\_template%' "
                  "ORDER BY pg_database_size(oid) DESC LIMIT 1")
        project.write("new.sh", """number=$(ls migrations | wc -l)
number=$((number + 1))
echo "ALTER TABLE step_7 ADD COLUMN extra_$number int;" >migrations/${number}_new.sql
""" + f"'{devkit.program()}' gc --wait >/dev/null; sync\n")
        project.write("drop.sh", f"""{psql} -d '{admin}' -c 'DROP DATABASE IF EXISTS by_clone' 2>/dev/null
{psql} -d '{admin}' -c "{newest}" >template
'{devkit.program()}' gc --wait >/dev/null; sync
""")
        project.write("clone.sh", f"""set -e
{psql} -d '{admin}' -c "CREATE DATABASE by_clone TEMPLATE $(cat template)"
{psql} -d '{admin.replace('/postgres?', '/by_clone?')}' -c 'ALTER TABLE step_7 ADD COLUMN extra int'
""")
        keywords = {"cwd": project.path, "env": project.environment()}
        reset, clone = side_by_side([
            Contestant("devkit reset, one new migration", [devkit.program(), "reset"], ["sh", "new.sh"], **keywords),
            Contestant("that migration applied to a clone, psql", ["sh", "clone.sh"], ["sh", "drop.sh"], **keywords)], 16 // scale)
        verdicts.at_most("the 501st migration against applying it to a clone", reset, clone, 1.2)


def part_big(verdicts, scale, remember):
    with Bench("\n", big=True) as bench:
        print(f"\nwarm and cold reset, {bench.size():.0f} MB")
        floor, warm = side_by_side([bench.floor(), bench.devkit("devkit reset, with a spare", "reset")], 16)
        verdicts.at_most("warm reset against the floor (a), 1 GB", warm, floor, 2)
        if "warm" in remember:
            verdicts.at_most("warm reset at 1 GB against its own time on the demo", warm, remember["warm"], 1.5)
        measure_cold(bench, verdicts, 2, ", 1 GB", warmup=0)
        bench.project.write(".devkit.toml", bench.project.read(".devkit.toml") + "\n[reset]\nspare = false\n")
        bench.wait()
        measure_without_spare(bench, verdicts, 6, ", 1 GB")


def part_doctor(verdicts, scale):
    """All checks, side by side; a finding would end the measurement."""
    with Bench() as bench:
        print("\na healthy project")
        (bench.project.path / ".env").chmod(0o600)
        bench.project.ok("doctor")
        doctor, _ = side_by_side([
            bench.contestant("devkit doctor", [devkit.program(), "doctor"], warmup=3),
            bench.contestant("devkit status", [devkit.program(), "status"], warmup=3)], 60 // scale)
        verdicts.within("doctor on a healthy project", doctor, 1)


PARTS = {"start": part_start, "ports": part_ports, "up": part_up, "docker": part_docker, "warm": part_warm, "cold": part_cold,
         "spare": part_spare, "increment": part_increment, "big": part_big, "doctor": part_doctor}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", choices=list(PARTS), default=[])
    options = parser.parse_args()
    if not shutil.which("hyperfine"):
        sys.exit("bench: hyperfine is missing; scripts/bootstrap bench installs it")
    print(f"devkit bench: {machine()}, PostgreSQL {postgres.default_major()}, fsync on")
    verdicts, remember, scale = Verdicts(), {}, 2 if options.quick else 1
    for name in options.only or [name for name in PARTS if not (options.quick and name == "big")]:
        keywords = {"remember": remember} if name in ("warm", "big") else {}
        PARTS[name](verdicts, scale, **keywords)
    verdicts.print()


if __name__ == "__main__":
    main()
