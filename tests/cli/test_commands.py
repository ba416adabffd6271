"""Every command there is, walked from `devkit help --json`: help, manual page, errors and tables agree."""
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import Case



def every_command(check):
    """Makes a test of check(self, command, words), called for each command; subTest names it."""
    def test(self):
        for command in self.commands:
            with self.subTest(command=command["name"]):
                check(self, command, command["name"].split())
    return test


VALUES = {"text": "x", "path": "x", "integer": "1", "size": "1MB", "duration": "1s", "list": "x"}


class Walk(Case):
    """One test a question; subTest names the command."""

    @classmethod
    def setUpClass(cls):
        from devkit import Project
        cls.place = Project(env={})
        described = cls.place.json("help")
        cls.commands, cls.globals_ = described["commands"], described["global_options"]

    @classmethod
    def tearDownClass(cls):
        cls.place.close()

    @staticmethod
    def visible(options):
        return [option for option in options if "hidden" not in option.get("flags", [])]

    def test_there_are_commands_of_plugins_and_of_devkit(self):
        names = {command["name"] for command in self.commands}
        self.assertLessEqual({"config", "config get", "plugin list", "completion", "help", "version", "reset", "undo",
                              "gc", "up", "down", "status", "migrate", "migrate new", "seed", "url"}, names)
        self.assertEqual(len(names), len(self.commands))

    @every_command
    def test_help_names_everything(self, command, words):
        text = self.place.ok(*words, "--help").stdout
        self.assertTrue(text.startswith(f"Usage: devkit {command['name']}"), text)
        self.assertIn(command["summary"], text)
        for option in self.visible(command.get("options", [])) + self.globals_:
            self.assertRegex(text, rf"--(\[no-\])?{option['name']}\b")
            if option.get("environment"):
                self.assertIn(option["environment"], text)
            for choice in option.get("choices", []):
                self.assertIn(choice, text)
        for argument in command.get("arguments", []):
            self.assertIn(argument["metavar"], text)
        for example in command.get("examples", []):
            self.assertIn(example["command"], text)
        for status in command.get("exit_statuses", []):
            self.assertRegex(text, rf"(?m)^  {status['status']} ")
        self.assertEqual(text, self.place.ok("help", *words).stdout)

    @every_command
    def test_manual_page_names_everything(self, command, words):
        page = self.place.ok("help", "--man", *words).stdout
        self.assertTrue(page.startswith(".TH "), page)
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS"):
            self.assertIn(f"\n.SH {section}\n", page)
        plain = page.replace("\\-", "-")
        for option in self.visible(command.get("options", [])) + self.globals_:
            self.assertRegex(plain, rf"--(\[no-\])?{option['name']}\b")
        for line in page.splitlines():
            self.assertFalse(line.startswith("'"), line)
            if line.startswith("."):
                self.assertRegex(line, r"^\.(TH|SH|TP|B|BR|PP)\b")

    def test_completion_names_everything(self):
        scripts = {shell: self.place.ok("completion", shell).stdout for shell in ("bash", "zsh", "fish")}
        for command in self.commands:
            words = command["name"].split()
            for shell, script in scripts.items():
                self.assertIn(words[-1], script)
                for option in self.visible(command.get("options", [])):
                    name = f"-l {option['name']}" if shell == "fish" else f"--{option['name']}"
                    self.assertIn(name, script, shell)

    @every_command
    def test_help_is_json_too(self, command, words):
        answer = self.place.ok(*words, "--help", "--json").json
        self.assertEqual((answer["schema"], answer["ok"]), (1, True))
        self.assertEqual(answer["result"]["name"], command["name"])
        self.assertEqual(answer["result"].get("options"), command.get("options"))

    @every_command
    def test_unknown_options_are_refused_with_the_nearest(self, command, words):
        options = self.visible(command.get("options", [])) + self.globals_
        if "open" in command.get("flags", []):
            return  # what devkit does not know is another program's
        self.assertEqual(self.place.run(*words, "--certainly-not-there").rc, 2)
        for option in options:
            wrong = option["name"] + "q"
            if any(other["name"] == wrong for other in options):
                continue
            result = self.place.fails(2, *words, f"--{wrong}", "--json")
            self.assertFalse(result.json["ok"])
            self.assertEqual(result.json["command"], command["name"])
            self.assertEqual(result.error["code"], "unknown-option")
            self.assertIn("--", result.error["hint"])
            if len(option["name"]) > 3:
                self.assertIn(f"--{option['name']}", result.error["hint"])

    @every_command
    def test_too_many_arguments_are_refused(self, command, words):
        arguments = command.get("arguments", [])
        if any(argument["type"] == "list" for argument in arguments):
            return
        given = [argument.get("choices", [VALUES[argument["type"]]])[0] for argument in arguments]
        required = [part for option in command.get("options", []) if "required" in option.get("flags", [])
                    for part in (f"--{option['name']}", VALUES[option["type"]])]
        result = self.place.fails(2, *words, *required, *given, "one-too-many", "--json")
        self.assertEqual(result.error["code"], "unexpected-argument")

    @every_command
    def test_missing_arguments_and_values_are_refused(self, command, words):
        if any(not argument.get("optional") for argument in command.get("arguments", [])):
            result = self.place.fails(2, *words, "--json")
            self.assertIn(result.error["code"], ("missing-argument", "missing-option"))
        for option in command.get("options", []):
            if option["type"] == "flag":
                result = self.place.fails(2, *words, f"--{option['name']}=1", "--json")
                self.assertEqual(result.error["code"], "unexpected-value")
            else:
                result = self.place.fails(2, "--json", *words, f"--{option['name']}")
                self.assertEqual(result.error["code"], "missing-value")

    @every_command
    def test_bad_values_and_choices_are_refused(self, command, words):
        for option in command.get("options", []):
            if option["type"] in ("integer", "size", "duration") or option.get("choices"):
                result = self.place.fails(2, *words, f"--{option['name']}=certainly not", "--json")
                self.assertEqual(result.error["code"], "bad-value")

    def test_version_everywhere(self):
        version = self.place.ok("--version").stdout
        self.assertRegex(version, r"^devkit \d+\.\d+\.\d+\n$")
        for command in self.commands:
            self.assertEqual(self.place.ok(*command["name"].split(), "--version").stdout, version)

    @every_command
    def test_summaries_read_alike(self, command, _words):
        summary = command["summary"]
        self.assertRegex(summary, r"^[A-Z]")
        self.assertFalse(summary.endswith("."), summary)
        self.assertIn(command.get("group"), ("Database", "Server", "Project", "devkit"))
        for option in command.get("options", []):
            self.assertTrue(option.get("help"), option["name"])
            self.assertFalse(option["help"].endswith("."), option["help"])
            if option["type"] != "flag":
                self.assertTrue(option.get("metavar"), option["name"])
        for argument in command.get("arguments", []):
            self.assertRegex(argument["metavar"], r"^[A-Z]+$")

    def test_examples_are_commands_that_exist(self):
        names = [command["name"] for command in self.commands]
        for command in self.commands:
            for example in command.get("examples", []):
                spoken = re.search(r"devkit ((?:-\S+ (?:\S+ )?)*)(.*)", example["command"])
                self.assertTrue(spoken, example)
                self.assertTrue(any(re.match(rf"{re.escape(name)}\b", spoken[2]) for name in names), example)

    @every_command
    def test_option_names_mean_one_thing(self, command, _words):
        shorts = [option["short"] for option in command.get("options", []) if option.get("short")]
        self.assertEqual(len(shorts), len(set(shorts)))
        longs = [option["name"] for option in command.get("options", [])]
        self.assertEqual(len(longs), len(set(longs)))
        for name in longs:
            self.assertRegex(name, r"^[a-z][a-z0-9-]*$")


class Words(Case):
    """What is typed, right and wrong."""

    def setUp(self):
        self.place = self.project(env={})

    def test_help_without_words(self):
        listed = self.place.ok().stdout
        self.assertEqual(listed, self.place.ok("help").stdout)
        self.assertEqual(listed, self.place.ok("--help").stdout)
        self.assertIn("reset", listed)
        self.assertNotIn("maintain", listed)

    def test_unknown_commands_name_the_nearest(self):
        for typed, meant in ((["rest"], "devkit reset"), (["migrte"], "devkit migrate"),
                             (["migrate", "stauts"], "devkit migrate status"), (["plugin", "lst"], "devkit plugin list"),
                             (["confg"], "devkit config")):
            with self.subTest(typed=typed):
                result = self.place.fails(2, *typed)
                self.assertIn(meant, result.stderr)
                self.assertEqual(result.stdout, "")
                answer = self.place.fails(2, "--json", *typed)
                self.assertIn(meant, answer.error["hint"])

    def test_json_errors_for_wrong_usage_wherever_json_stands(self):
        for words in (["--json", "--bogus", "reset"], ["reset", "--bogus", "--json"], ["bogus", "--json"],
                      ["--env", "--json"], ["plugin", "bogus", "--json"]):
            with self.subTest(words=words):
                answer = self.place.run(*words)
                self.assertEqual(answer.rc, 2)
                self.assertEqual(answer.json["schema"], 1)
                self.assertFalse(answer.json["ok"])
                self.assertTrue(answer.error["message"])
                self.assertEqual(answer.stderr, "")

    def test_global_options_stand_anywhere(self):
        for words in (["--json", "config", "get", "reset.undo"], ["config", "--json", "get", "reset.undo"],
                      ["config", "get", "--json", "reset.undo"], ["config", "get", "reset.undo", "--json"]):
            with self.subTest(words=words):
                self.assertEqual(self.place.ok(*words).result["values"][0]["value"], 1)

    def test_directory(self):
        self.place.write("below/deep/x", "")
        self.place.write(".devkit.toml", "[reset]\nundo = 4\n")
        for words in (["-C", "below/deep"], [f"--directory={self.place.path}"], [f"-C{self.place.path}"]):
            with self.subTest(words=words):
                self.assertEqual(self.place.ok("config", "get", "reset.undo", *words).stdout, "4\n")
        self.assertEqual(self.place.ok("config", "get", "reset.undo", "-C", self.place.path, cwd="/").stdout, "4\n")
        result = self.place.run("config", "-C", "not-there", "--json")
        self.assertNotEqual(result.rc, 0)
        self.assertIn("not-there", result.error["message"])

    def test_config_shows_origins(self):
        self.place.write(".devkit.toml", '[reset]\nundo = 2\nmode = "in-place"\n')
        self.place.write(".devkit.local.toml", "[reset]\nundo = 3\n")
        values = {item["key"]: item for item in
                  self.place.json("config", env={"DEVKIT_RESET_TEMPLATES": "9"})["values"]}
        self.assertEqual((values["reset.undo"]["value"], values["reset.undo"]["origin"]), (3, ".devkit.local.toml:2"))
        self.assertEqual(values["reset.mode"]["origin"], ".devkit.toml:3")
        self.assertEqual(values["reset.templates"]["value"], 9)
        self.assertIn("DEVKIT_RESET_TEMPLATES", values["reset.templates"]["origin"])
        self.assertEqual((values["reset.spare"]["origin"], values["reset.spare"]["is_default"]), ("default", True))
        self.assertIn("in-place", self.place.ok("config").stdout)

    def test_config_get(self):
        self.place.write(".devkit.toml", '[database]\nenv_files = [".env", "b"]\n')
        self.assertEqual(self.place.ok("config", "get", "database.url_env").stdout, "DATABASE_URL\n")
        self.assertIn('"b"', self.place.ok("config", "get", "database.env_files").stdout)
        self.assertIn("reset.undo", self.place.ok("config", "get", "reset").stdout)
        result = self.place.fails(2, "config", "get", "reset.ando", "--json")
        self.assertIn("reset.undo", result.error["hint"])

    def test_a_wrong_configuration_is_named_by_line(self):
        self.place.write(".devkit.toml", "[reset]\nund = 2\n")
        result = self.place.fails(2, "config", "--json")
        self.assertIn(".devkit.toml:2", result.error["message"])
        self.assertIn("undo", json.dumps(result.error))
        self.place.ok("--version")
        self.place.ok("help")

    def test_a_full_disk_behind_stdout_is_no_success(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("needs /dev/full")
        with open("/dev/full", "w") as full:
            child = self.place.popen("help", stdout=full)
            _, said = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 1)
        self.assertIn(b"output", said)

    def test_a_closed_pipe_is_no_crash(self):
        child = self.place.popen("help")
        child.stdout.close()
        child.wait(60)
        self.assertIn(child.returncode, (0, 1))


if __name__ == "__main__":
    import unittest
    unittest.main()
