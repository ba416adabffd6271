"""PostgreSQL without devkit: the versions to test on, servers of our own, and comparing two databases.

versions() -> {15: "/usr/lib/postgresql/15/bin", 16: …}   from the system, and from npm where scripts/test put them
Cluster(major=15)                 a plain server that devkit does not own, on 127.0.0.1 and a free port
sql(url, text)                    psql's unaligned output
fingerprint(url)                  a text of everything in the database: equal texts, equal databases
dump(url)                         pg_dump's text where pg_dump is new enough, else fingerprint()"""
import contextlib
import fcntl
import functools
import hashlib
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import tempfile

import devkit

CLIENT_ENVIRONMENT = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")
SERVER_ACCOUNT = "postgres"  # the package's account; a plain user runs servers itself

# ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────
def node_modules():
    """Where scripts/test put the npm packages of tests/package.json, or None."""
    cache = os.environ.get("DEVKIT_TEST_CACHE") or f"/var/tmp/devkit-tests-{os.geteuid()}"
    fetched = sorted(pathlib.Path(cache).glob("node-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in [os.environ.get("DEVKIT_TEST_NODE"), *fetched]:
        if folder and (pathlib.Path(folder) / "node_modules").is_dir():
            return pathlib.Path(folder) / "node_modules"
    return None

@functools.lru_cache(None)
def versions():
    """Major version -> folder with initdb and postgres."""
    found = {}
    modules = node_modules()
    for path in sorted(modules.glob("postgres-*/native/bin/postgres")) if modules else []:
        number = re.search(r"postgres-(\d+)", str(path))
        found[int(number[1])] = str(path.parent)
    for pattern in ("/usr/lib/postgresql/*/bin/postgres", "/usr/pgsql-*/bin/postgres", "/usr/bin/postgres",
                    "/opt/homebrew/opt/postgresql@*/bin/postgres", "/usr/local/opt/postgresql@*/bin/postgres"):
        for path in pathlib.Path("/").glob(pattern[1:]):
            text = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            number = re.search(r"\) (\d+)", text)
            if number:
                found[int(number[1])] = str(path.parent)
    return dict(sorted(found.items()))

def bin_dir(major):
    """The folder of a major version; skips the test when it isn't here."""
    import unittest
    if major not in versions():
        raise unittest.SkipTest(f"PostgreSQL {major} is not installed (scripts/test fetches it)")
    return versions()[major]

@functools.lru_cache(None)
def client(name):
    """psql, pg_dump …: the newest that the system has (npm's packages bring servers only)."""
    for major in sorted(versions(), reverse=True):
        if os.access(f"{versions()[major]}/{name}", os.X_OK):
            return f"{versions()[major]}/{name}"
    return shutil.which(name) or name

def default_major():
    """The version that tests use unless they name one: the one with clients, as a user would have it."""
    return int(re.search(r"(\d+)", subprocess.run([client("psql"), "--version"], capture_output=True,
                                                  text=True).stdout)[1])

# ── talking to a database ────────────────────────────────────────────────────────────────────────────────────
def client_environment(**more):
    values = {key: os.environ[key] for key in CLIENT_ENVIRONMENT if key in os.environ}
    values.update(LC_ALL="C.UTF-8", PGCONNECT_TIMEOUT="20", PGTZ="UTC", **more)
    return values

class SqlError(Exception):
    pass

def sql(url, text, check=True, timeout=300, separator="|"):
    """Runs SQL text through psql; its output, unaligned and without headers. check=False: returns the error's text."""
    done = subprocess.run([client("psql"), "-XAtq", "-F", separator, "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-"],
                          input=text, capture_output=True, text=True, timeout=timeout, env=client_environment())
    if done.returncode and check:
        raise SqlError(done.stderr.strip())
    return done.stderr.strip() if done.returncode else done.stdout.rstrip("\n")

def server_major(url):
    return int(sql(url, "SHOW server_version_num")) // 10000

NOT_SYSTEM = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"
CATALOG = f"""
SELECT 'schema', n.nspname, n.nspowner::regrole, n.nspacl FROM pg_namespace n WHERE {NOT_SYSTEM} ORDER BY 2;
SELECT 'relation', n.nspname, c.relname, c.relkind, c.relpersistence, c.relowner::regrole, c.relacl, c.reloptions,
       c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {NOT_SYSTEM} AND c.relkind <> 't' ORDER BY 2, 3;
SELECT 'column', n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity, a.attgenerated, a.attacl, pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE {NOT_SYSTEM} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c') ORDER BY 2, 3, 4;
SELECT 'constraint', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid), k.convalidated FROM pg_constraint k
  JOIN pg_namespace n ON n.oid = k.connamespace WHERE {NOT_SYSTEM} AND k.contype <> 'n' ORDER BY k.conrelid::regclass::text, 3;
SELECT 'index', pg_get_indexdef(i.indexrelid), i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {NOT_SYSTEM} ORDER BY 2;
SELECT 'view', c.oid::regclass, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {NOT_SYSTEM} AND c.relkind IN ('v', 'm') ORDER BY c.oid::regclass::text;
SELECT 'trigger', t.tgrelid::regclass, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t
 WHERE NOT t.tgisinternal ORDER BY t.tgrelid::regclass::text, 3;
SELECT 'function', p.oid::regprocedure, md5(pg_get_functiondef(p.oid)), p.proacl FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {NOT_SYSTEM} AND p.prokind IN ('f', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e') ORDER BY p.oid::regprocedure::text;
SELECT 'type', t.oid::regtype, t.typtype, (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum
       WHERE enumtypid = t.oid) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE {NOT_SYSTEM} AND t.typtype IN ('d', 'e', 'r') ORDER BY t.oid::regtype::text;
SELECT 'policy', polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 2, 3;
SELECT 'sequence', format('%I.%I', schemaname, sequencename), last_value, increment_by FROM pg_sequences ORDER BY 2;
SELECT 'extension', extname, extversion FROM pg_extension ORDER BY 2;
SELECT 'comment', d.classoid::regclass, d.objoid::regclass, d.objsubid, d.description FROM pg_description d
 WHERE d.classoid = 'pg_class'::regclass AND d.objoid >= 16384 ORDER BY d.objoid::regclass::text, 4;
SELECT 'large object', loid, pageno, md5(data) FROM pg_largeobject WHERE has_large_object_rights() ORDER BY 2, 3;
"""
TABLES = f"""SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(md5(t::text), '''' ORDER BY %s), ''''))
  FROM ONLY %I.%I t;', n.nspname || '.' || c.relname, :'by', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {NOT_SYSTEM} AND c.relkind IN ('r', 'm') AND c.relispopulated ORDER BY n.nspname, c.relname \\gexec"""
DATABASE = """SELECT 'database', d.datdba::regrole, d.datacl, d.datconnlimit, d.encoding, d.datcollate, d.datctype,
  shobj_description(d.oid, 'pg_database') FROM pg_database d WHERE d.datname = current_database();
SELECT 'setting', setrole::regrole, setconfig FROM pg_db_role_setting
 WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 2;"""

def fingerprint(url, in_order=True, database=False):
    """A text of the catalog, every table's digest and the sequences.

    in_order   rows in the order in which they lie in the table; False: any order is equal
    database   with what belongs to the database itself: owner, grants, settings, comment"""
    catalog = CATALOG.replace("WHERE has_large_object_rights()", "") if is_superuser(url) else \
        re.sub(r"SELECT 'large object'.*\n", "", CATALOG)
    by = "ctid" if in_order else "md5(t::text)"
    text = f"\\set by '{by}'\nSET search_path = pg_catalog;\n{catalog}{TABLES}\n{DATABASE if database else ''}"
    return sql(url, text)

@contextlib.contextmanager
def frozen(pid):
    """A postmaster that is stopped as by Ctrl-Z: the kernel takes connections for it, and nobody answers."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def is_superuser(url):
    return sql(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "t"

def dump(url, timeout=300):
    """pg_dump's text without the lines that differ every time; for newer servers than pg_dump: fingerprint()."""
    own = int(re.search(r"(\d+)", subprocess.run([client("pg_dump"), "--version"], capture_output=True,
                                                 text=True).stdout)[1])
    if server_major(url) > own:
        return fingerprint(url)
    done = subprocess.run([client("pg_dump"), "-d", url], capture_output=True, text=True, timeout=timeout,
                          env=client_environment())
    if done.returncode:
        raise SqlError(done.stderr)
    return re.sub(r"^\\(un)?restrict .*\n", "", done.stdout, flags=re.M)

def databases(url, pattern="%"):
    """Names of the server's databases that match a LIKE pattern."""
    text = sql(url, f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}' ORDER BY 1")
    return text.split("\n") if text else []

# ── a server of our own ──────────────────────────────────────────────────────────────────────────────────────
class Cluster:
    """A plain PostgreSQL server, as a developer's system has one. Superuser: postgres.

    major     version, default the system's      durable   fsync on (off: faster tests)
    password  of the superuser                    auth      method for TCP, "scram-sha-256" or "trust"
    settings  a dict of postgresql.conf"""

    def __init__(self, major=None, password="postgres", auth="scram-sha-256", settings=None, durable=False, port=None):
        self.major = major or default_major()
        self.programs = bin_dir(self.major)
        self.account = SERVER_ACCOUNT if devkit.is_root() else None
        self.root = devkit.scratch_folder()
        self.port, self.password, self.process = port or devkit.free_port(), password, None
        self.data, self.log = self.root / "data", self.root / "log"
        devkit.give(self.root, self.account)
        try:
            self.initdb(auth)
            options = {"port": self.port, "listen_addresses": "'127.0.0.1'", "unix_socket_directories": f"'{self.root}'",
                       "fsync": "on" if durable else "off", "max_connections": 60, "shared_buffers": "'64MB'",
                       **(settings or {})}
            with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
                file.writelines(f"{key} = {value}\n" for key, value in options.items())
            self.start()
        except BaseException:
            self.close()
            raise

    def initdb(self, auth):
        """A copy of what initdb made once for all tests of this machine."""
        version = subprocess.run([f"{self.programs}/postgres", "--version"], capture_output=True, text=True).stdout
        key = hashlib.sha256("|".join((self.programs, version, auth, self.password)).encode()).hexdigest()[:16]
        made = devkit.shared_cache(self.account) / f"cluster-{key}"
        with open(f"{made}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                self.run_initdb(auth, f"{made}.new")
                os.rename(f"{made}.new", made)
        subprocess.run(["cp", "-a", "--reflink=auto", made, self.data] if platform.system() == "Linux" else
                       ["cp", "-a", made, self.data], check=True)

    def run_initdb(self, auth, folder):
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.root) as secret:
            secret.write(self.password + "\n")
            secret.flush()
            devkit.give(self.root, self.account)
            subprocess.run([f"{self.programs}/initdb", "-D", folder, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                            "--no-sync", "--auth-local=trust", f"--auth-host={auth}", f"--pwfile={secret.name}"],
                           check=True, capture_output=True, cwd=self.root, env=client_environment(),
                           **devkit.account_arguments(self.account))

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([f"{self.programs}/postgres", "-D", self.data], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.root, env=client_environment(),
                                            start_new_session=True, **devkit.account_arguments(self.account))
        devkit.wait_until(lambda: self.process.poll() is not None or self.answers(), 30, "the test server")
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text()[-3000:])

    def answers(self):
        return "f" == sql(self.url(), "SELECT pg_is_in_recovery()", check=False)

    def stop(self, sign=signal.SIGINT):
        """SIGINT: fast shutdown; SIGQUIT: as after a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def crash(self):
        """The postmaster dies without a word; its children follow."""
        self.process.kill()
        self.process.wait()
        devkit.wait_until(lambda: not devkit.processes_of(self.data), 20, "the crashed server's children")

    def url(self, database="postgres", role="postgres", password=None, host="127.0.0.1"):
        from urllib.parse import quote
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{quote(role, safe='')}:{secret}@{host}:{self.port}/{quote(database, safe='')}"

    def socket_url(self, database="postgres", role="postgres"):
        return f"postgresql:///{database}?host={self.root}&port={self.port}&user={role}"

    def sql(self, text, database="postgres", **keywords):
        return sql(self.socket_url(database), text, **keywords)

    def close(self):
        self.stop()
        devkit.end_processes(self.root)
        devkit.remove_tree(self.root)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
