"""Plugins: the built ones, third parties', broken ones, and devkit-NAME programs."""
import ctypes
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from devkit import Case, SANITIZED, TOP, build_folder, program

# A plugin with a command and an event; each macro can be given another value to make it unfit.
SOURCE = r"""
#include <devkit/devkit.h>
#ifndef MAGIC
#define MAGIC DK_PLUGIN_MAGIC
#endif
#ifndef MAJOR
#define MAJOR DK_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR DK_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(dk_plugin)
#endif
#ifndef NAME
#define NAME "rain"
#endif
#ifndef VERSION
#define VERSION "1.0"
#endif
#ifndef COMMAND
#define COMMAND "rain"
#endif
#ifndef ENTRY
#define ENTRY devkit_plugin_rain
#endif
static bool run(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    dk_print(context, "it rains\n");
    dk_json_set_string(dk_result(context), "weather", "rain");
    return true;
}
#ifdef MISSING
void nobody_defines_this(void);
void use(void);
void use(void) { nobody_defines_this(); }
#endif
static const dk_command commands[] = {{.name = COMMAND, .summary = "Let it rain", .group = "Project", .run = run}};
static const dk_plugin plugin = {.magic = MAGIC, .abi_major = MAJOR, .abi_minor = MINOR, .size = SIZE, .name = NAME,
                                 .version = VERSION, .summary = "rain", .commands = commands, .command_count = 1};
DK_API const dk_plugin *ENTRY(void);
const dk_plugin *ENTRY(void) { return &plugin; }
"""


def read_index(folder):
    """The index with the tables where `devkit plugin index` has them."""
    first, *lines = (pathlib.Path(folder) / "index.jsonl").read_text().splitlines()
    index = json.loads(first)
    for plugin, line in zip(index["plugins"], lines, strict=True):
        commands = json.loads(line)
        assert plugin.pop("tables") == len(line.encode())
        assert plugin["commands"] == [{key: command[key] for key in ("name", "flags") if key in command} for command in commands]
        plugin["commands"] = commands
    return index


class Built(Case):
    def test_every_plugin_opens_at_once_and_alone(self):
        place = self.project(env={})
        plugins = place.json("plugin", "list")["plugins"]
        self.assertGreaterEqual({plugin["name"] for plugin in plugins},
                                {"engine", "guard", "reset", "server", "server-local", "migrate", "seed", "models"})
        for plugin in plugins:
            with self.subTest(plugin=plugin["name"]):
                # Rebuilding the index opens every plugin of a folder with RTLD_NOW and checks it.
                folder = self.scratch()
                for library in pathlib.Path(plugin["file"]).parent.glob("libdevkit-*.so"):
                    shutil.copy(library, folder)
                shutil.copy(plugin["file"], folder)
                place.ok("plugin", "index", "--write", folder)
                index = read_index(folder)
                self.assertEqual([entry["name"] for entry in index["plugins"]], [plugin["name"]])

    def test_a_plugin_exports_its_entry_alone(self):
        nm = shutil.which("nm")
        if not nm or SANITIZED:
            self.skipTest("too slow under sanitizers" if SANITIZED else "needs nm")
        for path in sorted((build_folder() / "plugins").glob("*.so")):
            if path.name.startswith("lib"):
                continue
            with self.subTest(plugin=path.name):
                listed = subprocess.run([nm, "-D", "--defined-only", path], capture_output=True, text=True, check=True)
                names = [line.split()[-1] for line in listed.stdout.splitlines()]
                names = [name for name in names if not name.startswith("_") and name != "mangle_path"]  # gcov's
                self.assertEqual(names, ["devkit_plugin_" + path.stem.replace("-", "_")])

    def test_a_missing_symbol_of_ours_shows_when_it_is_opened(self):
        """At run time only what is linked so binds at once: the loader leaves it to the object (DF_1_NOW)."""
        if sys.platform != "linux":
            self.skipTest("needs Linux")
        for path in sorted((build_folder() / "plugins").glob("*.so")):
            with self.subTest(library=path.name):
                shown = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
                self.assertRegex(shown, r"FLAGS_1\).*\bNOW\b")

    def test_the_index_is_what_the_plugins_say(self):
        place = self.project(env={})
        listed = place.json("plugin", "list")
        built = place.json("plugin", "index")
        self.assertEqual(built, read_index(listed["folder"]))
        first = (pathlib.Path(listed["folder"]) / "index.jsonl").read_text().splitlines()[0]
        self.assertNotIn("help", first)  # every run reads it

    def test_an_index_that_was_cut(self):
        place = self.project(env={})
        folder = self.scratch()
        listed = place.json("plugin", "list")
        for path in pathlib.Path(listed["folder"]).glob("*.so"):
            shutil.copy(path, folder)
        text = (pathlib.Path(listed["folder"]) / "index.jsonl").read_text()
        expected = place.json("help", "reset")
        for length in (len(text) - 1, len(text) - 200, text.index("\n") + 1, text.index("\n"), 100):
            with self.subTest(length=length):
                (folder / "index.jsonl").write_text(text[:length])
                self.assertEqual(place.json("help", "reset", env={"DEVKIT_PLUGIN_DIR": folder}), expected)
        # As long as promised, but not what was promised: said, and how it is mended.
        line = text.splitlines(True)
        (folder / "index.jsonl").write_text("".join([line[0], *(" " * (len(x.encode()) - 1) + "\n" for x in line[1:])]))
        error = place.fails(1, "reset", "--json", env={"DEVKIT_PLUGIN_DIR": folder}).error
        self.assertEqual(error["code"], "index-invalid")
        self.assertIn("devkit plugin index --write", error["hint"])

    def test_a_missing_index_is_worked_out(self):
        place = self.project(env={})
        folder = self.scratch()
        for path in pathlib.Path(place.json("plugin", "list")["folder"]).glob("*.so"):
            shutil.copy(path, folder)
        expected = place.json("help")
        for text in (None, "", "{}", '{"format":1,"devkit":"0.0.0","plugins":[]}'):
            with self.subTest(index=text):
                if text is not None:
                    (folder / "index.jsonl").write_text(text)
                self.assertEqual(place.json("help", env={"DEVKIT_PLUGIN_DIR": folder}), expected)


class ThirdParty(Case):
    def setUp(self):
        self.compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not self.compiler:
            self.skipTest("needs a C compiler")
        self.place = self.project(env={})
        self.folder = self.place.root / "data/devkit/plugins"
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)

    def build(self, file="rain.so", **macros):
        source = self.place.root / "rain.c"
        source.write_text(SOURCE)
        flags = subprocess.run(["pkg-config", "--cflags", "jansson"], capture_output=True, text=True).stdout.split()
        subprocess.run([self.compiler, "-std=c17", "-D_GNU_SOURCE", "-shared", "-fPIC", f"-I{TOP}/cli/sdk", *flags,
                        *(f"-D{name}={value}" for name, value in macros.items()),
                        "-o", self.folder / file, source], check=True)

    def refused(self, *parts, file="rain.so", **macros):
        """devkit warns of the plugin, naming file, field and values, and works all the same."""
        self.build(file, **macros)
        result = self.place.ok("plugin", "list")
        for part in (file, *parts):
            self.assertIn(part, result.stderr)
        self.assertNotIn("rain.so", result.stdout)
        failed = self.place.fails(1, "plugin", "index", "--json", env={"DEVKIT_PLUGIN_DIR": self.folder})
        for part in parts:
            self.assertIn(part, failed.error["message"] + (failed.error["detail"] or ""))
        self.assertTrue(failed.error["hint"])
        (self.folder / file).unlink()

    def test_a_fitting_plugin_works_without_an_index(self):
        self.build()
        self.assertEqual(self.place.ok("rain").stdout, "it rains\n")
        self.assertEqual(self.place.json("rain"), {"weather": "rain"})
        listed = {plugin["name"]: plugin for plugin in self.place.json("plugin", "list")["plugins"]}
        self.assertTrue(listed["rain"]["third_party"])
        self.assertIn("Let it rain", self.place.ok("help").stdout)

    def test_a_fitting_plugin_works_with_its_index(self):
        self.build()
        index = self.place.json("plugin", "index", env={"DEVKIT_PLUGIN_DIR": self.folder})
        (self.folder / "rain.json").write_text(json.dumps(index))
        self.assertEqual(self.place.ok("rain").stdout, "it rains\n")
        # Help opens nothing: with the plugin itself broken it still works, and running it says why it can't.
        (self.folder / "rain.so").write_bytes(b"")
        self.assertIn("Let it rain", self.place.ok("rain", "--help").stdout)
        self.assertEqual(self.place.fails(1, "rain", "--json").error["code"], "plugin-unusable")

    def test_a_plugin_that_is_not_what_its_index_says(self):
        self.build()
        index = self.place.json("plugin", "index", env={"DEVKIT_PLUGIN_DIR": self.folder})
        (self.folder / "rain.json").write_text(json.dumps(index))
        self.build(VERSION='"2.0"')
        error = self.place.fails(1, "rain", "--json").error
        self.assertEqual(error["code"], "index-stale")
        self.assertIn("1.0", error["message"])
        self.assertIn("2.0", error["message"])
        self.build(COMMAND='"snow"')
        self.assertEqual(self.place.fails(1, "rain", "--json").error["code"], "index-stale")

    def test_unfit_plugins_are_refused_by_field(self):
        self.refused("magic", "0x12345678", "0x4b564544", MAGIC="0x12345678")
        self.refused("abi_major", "is 7", "expected 1", MAJOR="7")
        self.refused("abi_minor", "is 9", "at most 0", MINOR="9")
        self.refused("size", "is 40 bytes", f"expected {15 * ctypes.sizeof(ctypes.c_void_p)} bytes", SIZE="40")
        self.refused("name", "is snow", "expected rain", NAME='"snow"')
        self.refused("devkit_plugin_rain", ENTRY="devkit_plugin_snow")
        self.refused("devkit_plugin_snow", file="snow.so")
        self.refused("nobody_defines_this", MISSING="1")

    def test_a_file_that_is_no_shared_object(self):
        (self.folder / "rain.so").write_text("not a library\n")
        self.assertIn("rain.so", self.place.ok("config").stderr)
        self.place.ok("--version")

    def test_devkits_own_plugins_come_first(self):
        self.build("guard.so", NAME='"guard"', ENTRY="devkit_plugin_guard")
        result = self.place.ok("plugin", "list")
        self.assertIn("ignored", result.stderr)
        self.build(COMMAND='"reset"')
        self.assertIn("Usage: devkit reset", self.place.ok("reset", "--help").stdout)
        self.assertEqual(self.place.json("help", "reset")["plugin"], "reset")


class Programs(Case):
    def setUp(self):
        self.place = self.project(env={})
        self.bin = self.place.root / "bin"
        self.bin.mkdir()
        self.bin.chmod(0o755)
        self.path = {"PATH": f"{self.bin}:{os.environ['PATH']}"}

    def program(self, name, text):
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def test_words_context_and_exit_status(self):
        self.program("devkit-hello", '#!/bin/sh\nprintf "%s\\n" "$@"\nenv | grep ^DEVKIT_ | sort\nexit 42\n')
        result = self.place.fails(42, "-q", "--env", "staging", "--no-input", "hello", "a b", "--json", "--help",
                                  env=self.path)
        lines = result.stdout.splitlines()
        self.assertEqual(lines[:3], ["a b", "--json", "--help"])
        said = dict(line.split("=", 1) for line in lines[3:])
        self.assertEqual(said["DEVKIT_PROJECT_ROOT"], str(self.place.path))
        self.assertEqual((said["DEVKIT_ENV"], said["DEVKIT_QUIET"], said["DEVKIT_YES"], said["DEVKIT_JSON"],
                          said["DEVKIT_NO_INPUT"]), ("staging", "1", "0", "0", "1"))
        self.assertEqual(subprocess.run([said["DEVKIT_EXECUTABLE"], "--version"], capture_output=True, text=True,
                                        check=True).stdout, f"devkit {said['DEVKIT_VERSION']}\n")

    def test_its_output_is_its_own(self):
        self.program("devkit-hello", '#!/bin/sh\necho "{\\"json\\": $DEVKIT_JSON}"\n')
        self.assertEqual(self.place.ok("--json", "hello", env=self.path).json, {"json": 1})

    def test_what_it_calls_works_on_the_same_environment(self):
        self.place.write(".devkit.toml", '[env.staging]\nurl_env = "STAGING"\n')
        self.program("devkit-again", '#!/bin/sh\nexec "$DEVKIT_EXECUTABLE" config get env.staging.url_env\n')
        self.assertEqual(self.place.ok("--env", "staging", "again", env=self.path).stdout, "STAGING\n")

    def test_it_is_listed_and_explained_without_being_run(self):
        self.program("devkit-hello", "#!/bin/sh\ntouch was-run\n")
        self.assertIn("hello", self.place.ok("help", env=self.path).stdout)
        self.assertIn("devkit-hello", self.place.ok("help", "hello", env=self.path).stdout)
        programs = self.place.json("plugin", "list", env=self.path)["programs"]
        self.assertIn({"name": "hello", "file": str(self.bin / "devkit-hello")}, programs)
        self.assertFalse((self.place.path / "was-run").exists())

    def test_built_in_commands_come_first(self):
        self.program("devkit-config", "#!/bin/sh\nexit 9\n")
        self.place.ok("config", env=self.path)

    def test_a_program_that_can_not_be_started(self):
        self.program("devkit-broken", "#!/nowhere/at/all\n")
        self.assertEqual(self.place.fails(1, "broken", env=self.path).stdout, "")

    def test_interruption_reaches_it(self):
        self.program("devkit-slow", "#!/bin/sh\ntrap 'kill $!; exit 5' INT\nsleep 30 &\necho ready\nwait\n")
        child = self.place.popen("slow", env=self.path)
        self.assertEqual(child.stdout.readline(), b"ready\n")
        os.killpg(child.pid, 2)
        child.wait(30)
        self.assertIn(child.returncode, (5, 130))


class Loaded(Case):
    """What a run maps into memory."""
    HEAVY = re.compile(r"lib(pq|curl|archive|crypto|ssl)\b|libdevkit-|plugins/[a-z-]+\.so")

    def libraries(self, place, *words, rc=0):
        result = place.run(*words, env={"LD_DEBUG": "files"})
        self.assertEqual(result.rc, rc, result)
        found = set(re.findall(r"file=(\S+)", result.stderr))
        if not found:
            self.skipTest("needs glibc")
        return found

    def test_light_commands_open_no_plugin(self):
        place = self.project(env={})
        for words in (["--version"], ["version"], ["help"], ["config"], ["reset", "--help"], ["help", "--man", "up"],
                      ["completion", "bash"], ["plugin", "list"]):
            with self.subTest(words=words):
                heavy = [name for name in self.libraries(place, *words) if self.HEAVY.search(name)]
                self.assertEqual(heavy, [])

    def test_wrong_usage_opens_no_plugin(self):
        place = self.project(env={})
        self.assertFalse([name for name in self.libraries(place, "reset", "--bogus", rc=2) if self.HEAVY.search(name)])

    def test_the_process_maps_say_so_too(self):
        if not os.path.exists("/proc/self/maps"):
            self.skipTest("needs /proc")
        place = self.project(env={})
        folder = place.root / "bin"
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "devkit-maps").write_text('#!/bin/sh\nexec cat "/proc/$PPID/maps"\n')
        (folder / "devkit-maps").chmod(0o755)
        maps = place.ok("maps", env={"PATH": f"{folder}:{os.environ['PATH']}"}).stdout
        self.assertIn("/devkit", maps)
        self.assertIsNone(self.HEAVY.search(maps))

    def test_version_reads_no_file_of_the_project(self):
        strace = shutil.which("strace")
        if not strace:
            self.skipTest("needs strace")
        place = self.project(env={}, config="not toml at all")
        said = place.run(command=[strace, "-f", "-e", "trace=openat,open", program(), "--version"])
        self.assertEqual(said.rc, 0, said)
        self.assertNotIn("index.jsonl", said.stderr)
        self.assertNotIn(".devkit.toml", said.stderr)

    def test_the_program_exports_the_sdk_alone(self):
        nm = shutil.which("nm")
        if not nm or SANITIZED:
            self.skipTest("too slow under sanitizers" if SANITIZED else "needs nm")
        listed = subprocess.run([nm, "-D", "--defined-only", program()], capture_output=True, text=True, check=True)
        names = {line.split()[-1] for line in listed.stdout.splitlines()}
        foreign = {name for name in names if not name.startswith("dk_")} - {"_IO_stdin_used", "__bss_start", "_edata",
                                                                              "_end", "__data_start", "data_start"}
        self.assertEqual({name for name in foreign if not name.startswith(("std", "environ"))}, set())
        declared = set()
        for header in (TOP / "cli/sdk/devkit").glob("*.h"):
            declared.update(re.findall(r"DK_API[^;]*?\b(dk_\w+)\(", header.read_text()))
        self.assertEqual(declared - names - {"dk_fault_point"}, set())


if __name__ == "__main__":
    import unittest
    unittest.main()
