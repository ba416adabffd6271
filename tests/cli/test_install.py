"""make install: the installed program runs from where it was put, also in a place with spaces, and goes again."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import TOP, Case, build_folder, program  # noqa: E402


class Install(Case):
    def install(self, prefix, *options):
        return subprocess.run([TOP / "scripts/install-files", *options, build_folder(), prefix], check=True,
                              capture_output=True, text=True)

    def test_installed_program_finds_its_plugins_and_templates(self):
        prefix = self.scratch() / "a place with spaces"
        self.install(prefix)
        listed = subprocess.run([prefix / "bin/devkit", "plugin", "list", "--json"], capture_output=True, text=True,
                                cwd="/", env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn('"engine"', listed.stdout)
        self.assertTrue((prefix / "share/devkit/templates/demo/.devkit.toml").exists())

    def test_second_install_replaces_and_uninstall_leaves_nothing(self):
        prefix = self.scratch() / "usr"
        self.install(prefix)
        stale = prefix / "lib/devkit/plugins/gone.so"
        stale.write_text("a plugin of an older version")
        self.install(prefix)
        self.assertFalse(stale.exists())
        self.install(prefix, "--remove")
        left = [os.path.join(place, name) for place, _, files in os.walk(prefix) for name in files
                if not place.endswith("share/doc/devkit")]
        self.assertEqual(left, [])

    def test_manual_pages_and_completions_come_along(self):
        prefix = self.scratch() / "usr"
        self.install(prefix)
        self.assertIn(".TH", (prefix / "share/man/man1/devkit-reset.1").read_text())
        self.assertIn(".TH", (prefix / "share/man/man1/devkit.1").read_text())
        for name in ("bash-completion/completions/devkit", "zsh/site-functions/_devkit", "fish/vendor_completions.d/devkit.fish"):
            self.assertIn("reset", (prefix / "share" / name).read_text())

    def test_everyone_may_read_what_is_installed(self):
        prefix = self.scratch() / "usr"
        self.install(prefix)
        closed = [str(path) for path in prefix.rglob("*") if not path.stat().st_mode & 0o004]
        self.assertEqual(closed, [])

    def test_program_runs_through_a_link(self):
        folder = self.scratch()
        (folder / "devkit").symlink_to(program())
        done = subprocess.run([folder / "devkit", "plugin", "list"], capture_output=True, text=True, cwd="/")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("engine", done.stdout)

    def test_copy_of_the_tree_alone_does_not_run(self):
        """The program without its index says what is wrong, and does not crash."""
        folder = self.scratch()
        shutil.copy(program(), folder / "devkit")
        done = subprocess.run([folder / "devkit", "reset"], capture_output=True, text=True, cwd=folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertGreater(done.returncode, 0, "ended by a signal")
