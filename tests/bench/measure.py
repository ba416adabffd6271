"""hyperfine, and what one makes of its numbers: medians, ratios with their spread, targets met or missed."""
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import tempfile

RESAMPLES = 2000


class Series:
    """The times of one command, in seconds."""

    def __init__(self, name, times):
        self.name, self.times = name, sorted(times)

    @property
    def median(self):
        return statistics.median(self.times)

    def __str__(self):
        low, high = self.times[len(self.times) // 10], self.times[-1 - len(self.times) // 10]
        return f"{self.name:<52} {self.median * 1000:>10.2f} ms   ({low * 1000:.2f} … {high * 1000:.2f}, {len(self.times)} runs)"


class Contestant:
    """A command (a list of words: no shell between) and what runs before each measurement, unmeasured."""

    def __init__(self, name, command, prepare=None, cwd=None, env=None, warmup=1):
        self.name, self.command, self.prepare = name, list(map(str, command)), prepare
        self.cwd, self.env, self.warmup, self.times = cwd, env, warmup, []

    def measure(self, runs):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            arguments = ["hyperfine", "--shell=none", "--style=none", "--runs", str(max(2, runs)), "--warmup",
                         str(self.warmup), "--export-json", file.name]
            if self.prepare:
                arguments += ["--prepare", shlex.join(map(str, self.prepare))]
            arguments.append(shlex.join(self.command))
            done = subprocess.run(arguments, cwd=self.cwd, env=self.env, capture_output=True, text=True)
            if done.returncode:
                again = subprocess.run(self.command, cwd=self.cwd, env=self.env, capture_output=True, text=True)
                raise RuntimeError(f"{self.name}: {done.stderr or done.stdout}\n{again.stdout}{again.stderr}")
            self.times += json.load(open(file.name, encoding="utf-8"))["results"][0]["times"]


def side_by_side(contestants, runs, rounds=4):
    """Measures in turns, so that a busy minute of the machine hits all of them; their Series."""
    each = max(2, round(runs / rounds))
    for _ in range(max(1, round(runs / each))):
        for contestant in contestants:
            contestant.measure(each)
    results = [Series(contestant.name, contestant.times) for contestant in contestants]
    for series in results:
        print(f"  {series}", flush=True)
    return results


def ratio(series, other):
    """(median ratio, its 5th and 95th percentile over resampled runs)."""
    generator = random.Random(1)
    ratios = sorted(statistics.median(generator.choices(series.times, k=len(series.times)))
                    / statistics.median(generator.choices(other.times, k=len(other.times))) for _ in range(RESAMPLES))
    return series.median / other.median, ratios[RESAMPLES // 20], ratios[-RESAMPLES // 20]


class Verdicts:
    """The targets: at most LIMIT × another, or at least LIMIT × faster."""

    def __init__(self):
        self.lines, self.missed = [], 0

    def at_most(self, text, series, other, limit, why=""):
        self.add(text, ratio(series, other), limit, "≤", lambda value: value <= limit, why)

    def faster(self, text, series, other, limit):
        self.add(text, ratio(other, series), limit, "≥", lambda value: value >= limit)

    def within(self, text, series, seconds):
        """A limit of its own, whatever else takes how long."""
        met = series.median <= seconds
        self.missed += not met
        self.lines.append(f"{'met   ' if met else 'MISSED'}  {text:<58} {series.median * 1000:>7.0f} ms"
                          f"   target ≤ {seconds * 1000:.0f} ms")

    def add(self, text, numbers, limit, sign, holds, why=""):
        value, low, high = numbers
        met = holds(value)
        self.missed += not met
        by = "" if met else f" by {abs(value / limit - 1) * 100:.0f} %"
        self.lines.append(f"{'met   ' if met else 'MISSED'}  {text:<58} {value:>8.2f} ×  ({low:.2f} … {high:.2f})"
                          f"   target {sign} {limit}{by}")
        if not met and why:
            self.lines.append(f"        {why}")

    def print(self):
        print("\n".join(["", "targets", *self.lines]), flush=True)


def machine():
    """A line about where the numbers come from."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GB, {sys.platform}, python {sys.version.split()[0]}"
