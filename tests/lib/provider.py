"""Which server the projects of tests/lib/engine.py stand on: DEVKIT_TEST_PROVIDER is local (the default), docker,
compose or external. The tests themselves do not know.

    DEVKIT_TEST_PROVIDER=compose tests/run.py --build build integration -k integration/test_reset

Everywhere the URL's role is the one of the project, and project.admin_url, where there is one, is a superuser's."""
import os

import compose
import devkit
import docker
import postgres

NAME = os.environ.get("DEVKIT_TEST_PROVIDER") or "local"
SUPERUSER, PASSWORD = "devkit_admin", "for-tests-alone"
YAML = """services:
  db:
    image: {image}
    command: [postgres, -c, fsync=off]
    environment: {{POSTGRES_USER: devkit_admin, POSTGRES_PASSWORD: for-tests-alone, POSTGRES_DB: postgres}}
    ports: ["127.0.0.1:{port}:5432"]
    stop_grace_period: 5s
"""
MAKE = """create role :"role" login createdb password :'password';
create database :"database" owner :"role";
"""


def stops():
    """May `devkit down` stop it?"""
    return NAME != "external"


def prepare(case, project, major=None, up=True):
    """Before the project's first `up`."""
    {"local": lambda *_: None, "docker": in_docker, "compose": in_compose, "external": outside}[NAME](
        case, project, major, up)


def in_docker(case, project, major, _):
    engine = docker.engine(case)
    engine.allow(project.account)
    project.variables.update(DOCKER_HOST=engine.url, DEVKIT_DATABASE_SERVER="docker",
                             DEVKIT_SERVER_DOCKER_IMAGE=engine.postgres(major))
    project.engine = engine
    project.admin_url = lambda: url_of(project, (project.path / ".devkit/docker.admin").read_text().strip())
    case.addCleanup(leave_docker, project)


def leave_docker(project):
    """Containers and volumes of this project's folder."""
    label = docker.quote(f'{{"label":["devkit.folder={json_text(project.path)}"]}}')
    for container in project.engine.call("GET", f"/containers/json?all=1&filters={label}"):
        project.engine.remove(container["Id"])
    for volume in project.engine.call("GET", f"/volumes?filters={label}")["Volumes"] or []:
        project.engine.remove_volume(volume["Name"])


def json_text(path):
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def in_compose(case, project, major, up):
    """The image's superuser is another role than the URL's, as devkit's own servers have it."""
    compose.join(case, project, YAML, major)
    project.admin_url = lambda: url_of(project, PASSWORD)
    compose.compose(project, "up", "-d")
    devkit.wait_until(lambda: postgres.sql(project.admin_url(), "select 1", check=False) == "1", 60, "the service")
    make(project)
    if not up:
        compose.compose(project, "stop")


def outside(case, project, major, _):
    """A developer's own server, whose roles may do anything."""
    cluster = case.cluster(major, port=project.port)
    project.admin_url = lambda: cluster.url()
    project.variables["DEVKIT_DATABASE_SERVER"] = "external"
    make(project)
    cluster.sql(f'alter role {quoted(project.role)} superuser')


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def url_of(project, password):
    return f"postgresql://{SUPERUSER}:{docker.quote(password, safe='')}@127.0.0.1:{project.port}/postgres"


def make(project):
    """The role and the database that the URL names."""
    done = project.run(command=[postgres.client("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", project.admin_url(), "-v",
                                f"role={project.role}", "-v", f"password={project.password}", "-v",
                                f"database={project.database}", "-f", "-"], input=MAKE)
    if done.rc:
        raise AssertionError(str(done))
