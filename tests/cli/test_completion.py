"""The completion scripts, in the shells they are for."""
import os
import pathlib
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import Case

ASK = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_devkit
[[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
"""


class Bash(Case):
    def setUp(self):
        self.bash = shutil.which("bash")
        if not self.bash:
            self.skipTest("needs bash")
        self.place = self.project(env={})
        self.script = self.place.write("completion.bash", self.place.ok("completion", "bash").stdout)

    def complete(self, *words):
        """What bash offers for the last of the words (as bash splits them)."""
        asked = subprocess.run([self.bash, "--norc", "-euc", ASK, "ask", self.script, "devkit", *words],
                               capture_output=True, text=True, cwd=self.place.path, timeout=60)
        self.assertEqual((asked.returncode, asked.stderr), (0, ""))
        return asked.stdout.splitlines()

    def test_it_is_bash(self):
        subprocess.run([self.bash, "-n", self.script], check=True)

    def test_commands(self):
        offered = self.complete("")
        self.assertLessEqual({"reset", "migrate", "config", "plugin", "--json"}, set(offered))
        self.assertNotIn("maintain", offered)
        self.assertEqual(self.complete("res"), ["reset", "restart"] if "restart" in offered else ["reset"])
        self.assertLessEqual({"status", "new"}, set(self.complete("migrate", "")))
        self.assertEqual(sorted(self.complete("plugin", ""))[-2:], ["index", "list"])
        self.assertIn("reset", self.complete("help", "re"))

    def test_options(self):
        self.assertIn("--fresh", self.complete("reset", "--f"))
        self.assertIn("--json", self.complete("reset", "--j"))
        self.assertIn("--man", self.complete("help", "--m"))
        self.assertNotIn("--fresh", self.complete("undo", "--"))

    def test_global_options_before_the_command(self):
        self.assertIn("--fresh", self.complete("-C", "somewhere", "--json", "reset", "--fr"))

    def test_choices(self):
        self.assertEqual(self.complete("completion", "z"), ["zsh"])
        self.assertIn("asyncpg", self.complete("url", "--format", "as"))
        self.assertIn("asyncpg", self.complete("url", "--format", "=", "as"))
        self.assertIn("libpq", self.complete("url", "--format", "="))

    def test_files(self):
        self.place.write("chosen/x", "")
        self.assertIn("chosen", self.complete("-C", "cho"))
        self.assertIn("chosen", self.complete("plugin", "index", "--write", "cho"))

    def test_values_nobody_can_know(self):
        self.assertEqual(self.complete("--env", ""), [])


class OtherShells(Case):
    def check(self, shell):
        program = shutil.which(shell)
        if not program:
            self.skipTest(f"needs {shell}")
        place = self.project(env={})
        script = place.write(f"completion.{shell}", place.ok("completion", shell).stdout)
        done = subprocess.run([program, "-n", script], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return program, place, script

    def test_zsh_completes(self):
        program, place, script = self.check("zsh")
        # Only a terminal makes zsh complete: a key binding prints what the line became.
        lines = [f"autoload -U compinit && compinit -D && source {shlex.quote(str(script))}",
                 "show() { print -r -- \"line=<$BUFFER>\"; }; zle -N show; bindkey '^X' show",
                 "unsetopt automenu; PS1= ; print rea''dy"]
        answer = self.type_into(place, [program, "-f", "-i"], lines, "ready",
                                ["devkit migrate stat\t\x18", "devkit --json url --form\t\x18",
                                 "devkit url --format asy\t\x18", "devkit completion z\t\x18"])
        for line in ("devkit migrate status", "devkit --json url --format", "devkit url --format asyncpg",
                     "devkit completion zsh"):
            self.assertIn(f"line=<{line}", answer)

    def type_into(self, place, command, lines, mark, keys):
        """Types lines and then keys (each on an emptied line) into a program on a terminal; what it printed."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(place.path)
            os.execve(command[0], command, {**place.environment(), "TERM": "dumb"})
        text = ""

        def read_until(condition, seconds=20):
            nonlocal text
            end = time.monotonic() + seconds
            while not condition() and time.monotonic() < end:
                if select.select([terminal], [], [], 0.1)[0]:
                    try:
                        text += os.read(terminal, 65536).decode(errors="replace")
                    except OSError:
                        break
        try:
            os.write(terminal, ("\n".join(lines) + "\n").encode())
            read_until(lambda: mark in text)
            for number, key in enumerate(keys):
                os.write(terminal, key.encode())
                read_until(lambda: text.count("line=<devkit") > number)
                os.write(terminal, b"\x15")
            return text
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)

    def test_fish_understands_its_script(self):
        program, place, script = self.check("fish")
        asked = subprocess.run([program, "--no-config", "-c",
                                f"source {shlex.quote(str(script))}; complete -C 'devkit migrate st'"],
                               capture_output=True, text=True, cwd=place.path, timeout=60)
        self.assertIn("status", asked.stdout)


if __name__ == "__main__":
    import unittest
    unittest.main()
