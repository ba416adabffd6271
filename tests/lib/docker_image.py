"""A root file system with PostgreSQL for the test engine, made of this machine's own programs.

No image can be pulled in a test, so one is put together: the server programs of a version that postgres.py knows, the
few others that the entry point calls, and the libraries they need. About 60 MB in two seconds, and every version that
the tests have becomes an image. What it does when it starts is in tests/fixtures/postgres_image/entrypoint.sh."""
import glob
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import postgres

ENTRYPOINT = pathlib.Path(__file__).resolve().parent.parent / "fixtures/postgres_image/entrypoint.sh"
TOOLS = ["bash", "cat", "chmod", "chown", "env", "head", "id", "ls", "mkdir", "rm", "setpriv", "sh", "sleep", "tail",
         "touch"]
ACCOUNTS = "root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n"
PROGRAMS = "/usr/lib/postgresql/{}"  # in the image
LEFT_OUT = ("bitcode", "pgxs", "llvmjit.so", "llvmjit_types.bc")  # 120 MB of LLVM, for queries no test runs


def recipe(major):
    """Changes whenever the image would."""
    script = pathlib.Path(__file__).read_bytes() + ENTRYPOINT.read_bytes()
    return hashlib.sha256(script + postgres.bin_dir(major).encode()).hexdigest()[:16]


def settings(major):
    """Dockerfile instructions of the official image's shape."""
    volume = "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"
    data = f"/var/lib/postgresql/{major}/docker" if major >= 18 else volume
    return [f"ENV PATH={PROGRAMS.format(major)}/bin:/usr/bin:/bin", f"ENV PG_MAJOR={major}", f"ENV PGDATA={data}",
            "ENV LANG=C.UTF-8", f"LABEL devkit.test.recipe={recipe(major)}", f"VOLUME {volume}", "EXPOSE 5432",
            "STOPSIGNAL SIGINT", 'ENTRYPOINT ["/usr/bin/docker-entrypoint.sh"]', 'CMD ["postgres"]']


class Tree:
    """Path in the image → file on this machine; libraries are added as they are needed."""

    def __init__(self):
        self.files = {}

    def add(self, source, target=None):
        self.files[target or source] = os.path.realpath(source)

    def add_folder(self, source, target):
        for place, folders, names in os.walk(source):
            folders[:] = [name for name in folders if name not in LEFT_OUT]
            for name in names:
                if name not in LEFT_OUT and os.path.isfile(os.path.join(place, name)):
                    self.add(os.path.join(place, name), os.path.join(target, os.path.relpath(place, source), name))

    def add_libraries(self):
        binaries = sorted({path for path in self.files.values() if is_binary(path)})
        for start in range(0, len(binaries), 50):
            said = subprocess.run(["ldd", *binaries[start:start + 50]], capture_output=True, text=True).stdout
            for path in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", said, re.M):
                if os.path.realpath(path) not in self.files.values():
                    self.add(os.path.normpath(path))

    def write(self, stream):
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            for folder, mode in {"tmp": 0o1777, "proc": 0o755, "dev": 0o755, "sys": 0o755, "run": 0o755, "root": 0o700,
                                 "var/run": 0o755, "docker-entrypoint-initdb.d": 0o755, "etc": 0o755}.items():
                entry = tarfile.TarInfo(folder)
                entry.type, entry.mode = tarfile.DIRTYPE, mode
                tar.addfile(entry)
            for name, text in {"etc/passwd": ACCOUNTS, "etc/group": "root:x:0:\npostgres:x:999:\n",
                               "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n"}.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(text), 0o644
                tar.addfile(entry, io.BytesIO(text.encode()))
            for target, source in sorted(self.files.items()):
                entry = tar.gettarinfo(source, os.path.normpath(target).lstrip("/"))
                entry.uid = entry.gid = 0
                entry.uname = entry.gname = ""
                if entry.isreg() or entry.islnk():
                    entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", os.path.getsize(source)
                    with open(source, "rb") as file:
                        tar.addfile(entry, file)


def is_binary(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def add_server(tree, major):
    """Debian's layout (share and libraries elsewhere) or npm's (all below one folder)."""
    source = pathlib.Path(postgres.bin_dir(major)).parent
    target = PROGRAMS.format(major)
    tree.add_folder(source / "bin", f"{target}/bin")
    tree.add_folder(source / "lib", f"{target}/lib")
    share = source / "share"
    if share.is_dir():
        tree.add_folder(share, f"{target}/share")
    else:
        tree.add_folder(f"/usr/share/postgresql/{major}", f"/usr/share/postgresql/{major}")
    if not (source / "bin/psql").exists():  # npm's packages bring servers only
        tree.add(postgres.client("psql"), f"{target}/bin/psql")
    for folder in ("/usr/share/zoneinfo/Etc", "/usr/share/zoneinfo/Europe", *glob.glob("/usr/lib/locale/C.*")):
        tree.add_folder(folder, folder)
    for name in ("UTC", "GMT"):
        if os.path.exists(f"/usr/share/zoneinfo/{name}"):
            tree.add(f"/usr/share/zoneinfo/{name}")


def build(major, path):
    """Writes the root file system of PostgreSQL `major` to `path`, as a tar."""
    tree = Tree()
    add_server(tree, major)
    for name in TOOLS:
        tree.add(shutil.which(name), f"/usr/bin/{name}")
    tree.add("/bin/sh", "/bin/sh")
    tree.add(shutil.which("bash"), "/bin/bash")
    tree.add(str(ENTRYPOINT), "/usr/bin/docker-entrypoint.sh")
    tree.add_libraries()
    with open(path, "wb") as stream:
        tree.write(stream)
