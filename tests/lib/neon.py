"""A Neon of our own: tests/fakes/neon on the loopback, whose branches are databases of a PostgreSQL server.

    with neon.Neon() as api:
        home = api.add_project("late-snow-12345678")      # a root branch "main" with a compute
        project = api.devkit(home)                        # a devkit Project whose .env leads there
        project.ok("neon", "create", "try")

The hosts are Neon's, so that devkit knows them; hostaddr in the URL leads them to this machine, and the option
endpoint=… tells the fake's gateway which branch is meant, as it does for old clients at Neon."""
import json
import subprocess
import urllib.request

import devkit
import postgres

KEY = "napi_test_0123456789abcdef"


class Neon:
    def __init__(self, **settings):
        self.cluster = postgres.Cluster()
        self.process = None
        try:
            self.start()
            self.settings(branch_limit=100, **settings)
        except BaseException:
            self.close()
            raise

    def start(self):
        self.port, self.gateway = devkit.free_port(), devkit.free_port()
        self.process = subprocess.Popen(
            [devkit.build_folder() / "tests/fakes/neon", "--port", str(self.port), "--gateway", str(self.gateway),
             "--server", f"host={self.cluster.root} port={self.cluster.port} user=postgres dbname=postgres",
             "--key", KEY, "--programs", str(postgres.client("pg_dump")).rpartition("/")[0]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=self.cluster.root, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the fake of Neon did not start")

    def close(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process.stdout.close()
        self.cluster.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ── orders ───────────────────────────────────────────────────────────────────────────────────────────
    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def call(self, method, path, body=None):
        """Past every rule, and without a trace in the log."""
        headers = {"Authorization": f"Bearer {KEY}", "X-Quiet": "1"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def add_project(self, name="late-snow-12345678", **keywords):
        """{"branch", "endpoint", "uri"} of its root; its id is `name`. Each needs a `database` of another name."""
        return dict(self.call("POST", "/_fake/projects", {"id": name, **keywords}), id=name)

    def settings(self, **values):
        self.call("PATCH", "/_fake/settings", values)

    def rules(self, *rules):
        """What is to go wrong from now on; see tests/fakes/neon/rules.c. None: nothing."""
        self.call("PUT", "/_fake/rules", list(rules))

    def forget(self):
        self.call("DELETE", "/_fake/log")

    def log(self):
        return self.call("GET", "/_fake/log")

    def count(self, method, end=""):
        return sum(entry["method"] == method and entry["path"].endswith(end) for entry in self.log())

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────
    def branches(self, home):
        """All of them, by name."""
        found, cursor = [], ""
        while cursor is not None:
            answer = self.call("GET", f"/projects/{home['id']}/branches?limit=1000{cursor}")
            found += [dict(branch, annotation=answer["annotations"].get(branch["id"], {}).get("value", {}))
                      for branch in answer["branches"]]
            cursor = f"&cursor={answer['pagination']['next']}" if "pagination" in answer else None
        return {branch["name"]: branch for branch in found}

    def sql(self, home, branch, text, **keywords):
        """In the database of a branch (an object or its id), past the gateway."""
        name = branch if isinstance(branch, str) else branch["id"]
        database = home["uri"].partition("?")[0].rpartition("/")[2]
        return self.cluster.sql(text, database if name == home["branch"]["id"] else f"{name}.{database}", **keywords)

    # ── users of it ──────────────────────────────────────────────────────────────────────────────────────
    def devkit(self, home=None, api=None, config="", **keywords):
        """A project whose DATABASE_URL is the root's; `api`: another address than the fake's own."""
        env = {"DATABASE_URL": home["uri"]} if home else {}
        project = devkit.Project(config=config, env=env, **keywords)
        project.variables.update(NEON_API_KEY=KEY, DEVKIT_NEON_API_URL=api or self.url)
        return project
