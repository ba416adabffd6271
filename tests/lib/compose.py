"""Projects with a compose file on the test's own Docker engine.

    class Compose(ComposeCase):
        def test_up(self):
            project = self.composed()                     # compose.yml with the service db, published at project.port
            project.ok("up")

Compose itself is Debian's docker-compose 1.29; every project has a name of its own on the engine, and an end."""
import shutil

import devkit
import docker

YAML = """services:
  db:
    image: {image}
    environment: {{POSTGRES_USER: {role}, POSTGRES_PASSWORD: {password}, POSTGRES_DB: {database}}}
    ports: ["127.0.0.1:{port}:5432"]
    stop_grace_period: 5s
"""


# `docker compose` of version 2, as far as devkit uses it: version 1.29 does the work. Logs what it is called with.
VERSION_2 = """#!/usr/bin/python3
import json, os, subprocess, sys
words = sys.argv[1:]
with open(os.path.join(os.path.dirname(__file__), "called"), "a") as log:
    log.write(" ".join(words) + "\\n")
if words[:1] != ["compose"]:
    sys.exit("docker: only compose is here")
words = words[1:]
if words == ["version"]:
    print("Docker Compose version v2.29.7")
elif words[-3:] == ["config", "--format", "json"]:
    import yaml
    done = subprocess.run(["docker-compose", *words[:-2]], stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.returncode)
    json.dump(yaml.safe_load(done.stdout), sys.stdout, indent=2)
else:
    os.execvp("docker-compose", ["docker-compose", *words])
"""


def install_version_2(project):
    """Puts that program before others: a function that gives what it was called with."""
    called = project.write("bin/called", "")
    project.write("bin/docker", VERSION_2, 0o755)
    project.variables["PATH"] = f"{project.path}/bin:{project.environment()['PATH']}"
    return lambda: called.read_text().splitlines()


def join(case, project, yaml=YAML, major=None, **values):
    """Gives a project a compose file and an engine; both end with the test."""
    if not shutil.which("docker-compose"):
        case.skipTest("docker-compose is not installed (scripts/bootstrap test)")
    engine = docker.engine(case)
    engine.allow(project.account)
    known = dict(image=engine.postgres(major), role=project.role, password=project.password, database=project.database,
                 port=project.port)
    project.engine = engine
    project.stack = f"dk{project.port}"
    project.variables.update(DOCKER_HOST=engine.url, COMPOSE_PROJECT_NAME=project.stack)
    if yaml:
        project.write("docker-compose.yml", yaml.format(**{**known, **values}))
    case.addCleanup(leave, project)
    return project


def leave(project):
    """What compose made goes: containers, volumes, networks."""
    label = f'{{"label":["com.docker.compose.project={project.stack}"]}}'
    for container in project.engine.call("GET", f"/containers/json?all=1&filters={docker.quote(label)}"):
        project.engine.remove(container["Id"])
    for volume in project.engine.call("GET", f"/volumes?filters={docker.quote(label)}")["Volumes"] or []:
        project.engine.remove_volume(volume["Name"])
    for network in project.engine.call("GET", f"/networks?filters={docker.quote(label)}"):
        project.engine.call("DELETE", f"/networks/{network['Id']}")


def compose(project, *words, check=True):
    """docker-compose, as the developer would run it."""
    done = project.run(command=["docker-compose", *words])
    if check and done.rc:
        raise AssertionError(str(done))
    return done


class ComposeCase(devkit.Case):
    def composed(self, yaml=YAML, values=None, **keywords):
        project = self.project(**keywords)
        return join(self, project, yaml, **(values or {}))

    def container(self, project, service="db"):
        label = (f'{{"label":["com.docker.compose.project={project.stack}","com.docker.compose.service={service}"]}}')
        found = project.engine.call("GET", f"/containers/json?all=1&filters={docker.quote(label)}")
        return found[0] if found else None
