"""The house keeps its own rules: every file has its test, arrows point one way, nothing is fetched from a fixed address."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import TOP, Case  # noqa: E402

# Compiled on other systems only, so no test program on this one could call them.
ELSEWHERE = ("_macos.c", "_other.c")
# main() itself is what the black-box tests run.
EXEMPT = {"cli/main.c"}


SOURCES = ("cli/*/*.c", "cli/*/*.cc", "plugins/*/*.c", "plugins/kit/*/*.c")


def mirrors(path):
    """tests/unit/base/test_x.c for cli/base/x.c; tests/unit/plugins/… for plugins/…. What exists once a system
    (x_linux.c) may be tested as x, through the header they share."""
    source = path.relative_to(TOP)
    place = pathlib.Path(*source.parts[1:]) if source.parts[0] == "cli" else source
    stems = [place.stem, place.stem.removesuffix("_linux")]
    return [TOP / "tests/unit" / place.parent / f"test_{stem}.c" for stem in stems]


class House(Case):
    def test_every_source_has_a_test_that_mirrors_it(self):
        sources = [path for pattern in ("cli/*.c", *SOURCES) for path in TOP.glob(pattern)]
        self.assertGreater(len(sources), 50)
        missing = sorted(str(mirrors(path)[0].relative_to(TOP)) for path in sources
                         if not path.name.endswith(ELSEWHERE) and str(path.relative_to(TOP)) not in EXEMPT
                         and not any(test.exists() for test in mirrors(path)))
        self.assertEqual(missing, [])

    def test_every_test_mirrors_a_source(self):
        """A renamed source takes its test along."""
        expected = {test for pattern in SOURCES for path in TOP.glob(pattern) for test in mirrors(path)}
        orphans = sorted(str(path.relative_to(TOP)) for path in (TOP / "tests/unit").rglob("test_*.c") if path not in expected)
        self.assertEqual(orphans, [])

    def test_arrows(self):
        done = subprocess.run([sys.executable, TOP / "scripts/check-includes"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_every_plugin_has_a_guide(self):
        without = [path.parent.name for path in TOP.glob("plugins/*/plugin.c") if not (path.parent / "README.md").exists()]
        self.assertEqual(without, [])

    def test_lock_has_no_addresses(self):
        """Whoever installs the test packages takes them from the registry that is configured there."""
        packages = json.loads((TOP / "tests/package-lock.json").read_text())["packages"]
        self.assertEqual([name for name, entry in packages.items() if "resolved" in entry], [])

    def test_bootstrap_has_nothing_to_say_where_all_is_there(self):
        done = subprocess.run([TOP / "scripts/bootstrap", "--dry-run", "test"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_bootstrap_refuses_an_unknown_purpose(self):
        done = subprocess.run([TOP / "scripts/bootstrap", "nonsense"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("one of build, test, lint, bench, demo", done.stderr)
