"""Which tests run which lines: coverage with a context a test.

A pytest plugin (`-p tests.mutants.contexts`); every process of the run writes a file of
its own under var/mutants/coverage, with how long each test took.
"""

import ast
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import coverage
import pytest
from django.conf import settings

FOLDER = Path("var/mutants/coverage")
APPS = (
    "medspa",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
)
# Too slow to be asked about every fault; they prove other things.
LEFT_OUT = ("tests/browser/", "tests/bench/", "tests/mutants/")
# These look at what modules made when they were imported, or at what came of it.
LOOK_AT_MODULES = (
    "tests/medspa/test_values_are_frozen.py",
    "tests/medspa/test_personas.py",
)

recorder: coverage.Coverage | None = None
seconds: dict[str, float] = {}


def pytest_sessionstart() -> None:
    global recorder
    FOLDER.mkdir(parents=True, exist_ok=True)
    recorder = coverage.Coverage(
        data_file=str(FOLDER / f"data.{os.getpid()}"),
        source=[str(settings.BASE_DIR / app) for app in APPS],
        omit=["*/migrations/*"],
        concurrency=["thread"],
        config_file=False,
    )
    recorder.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    assert recorder is not None
    recorder.switch_context(item.nodeid)
    start = time.perf_counter()
    try:
        return (yield)
    finally:
        seconds[item.nodeid] = time.perf_counter() - start
        recorder.switch_context("")


def pytest_sessionfinish() -> None:
    assert recorder is not None
    recorder.stop()
    recorder.save()
    (FOLDER / f"seconds.{os.getpid()}.json").write_text(json.dumps(seconds))


class Covered:
    """The tests of a line: first those in files that name its module, then the others,
    and of both the quickest first."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[int, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for path in FOLDER.glob("seconds.*.json"):
            self.seconds |= json.loads(path.read_text())
        for path in FOLDER.glob("data.*"):
            self._read(path)

    def keep(self, existing: set[str]) -> None:
        """Forget tests that have gone since: pytest would take them for a failure."""
        self.seconds = {
            test: took for test, took in self.seconds.items() if test in existing
        }

    def tests(self, path: Path, line: int) -> list[str]:
        """What runs the line.

        A line outside functions runs at import, in no test's name: then what runs
        anything of the module, the tests in files that name it or that look at all
        modules, and then the other tests of its app.
        """
        if path.suffix == ".sql":
            return self._in_order(self._tests_of_block(path, line), path)
        lines = self.lines[str(path)]
        # A statement of several lines is counted at its first.
        first = next((at for at in range(line, line - 12, -1) if lines[at]), None)
        if first and first >= start_of_function(path, line):
            return self._in_order(lines[first], path)
        dotted = ".".join(path.with_suffix("").parts)
        module = {
            test
            for test in self.seconds
            if test.startswith(LOOK_AT_MODULES) or dotted in _text(test.split("::")[0])
        }
        module |= set().union(*lines.values())
        app = {
            test for test in self.seconds if test.startswith(f"tests/{path.parts[0]}")
        }
        return self._in_order(module, path) + self._in_order(app - module, path)

    def _in_order(self, tests: set[str], path: Path) -> list[str]:
        known = tests & self.seconds.keys()
        return sorted(
            known, key=lambda test: (not _names(test, path), self.seconds[test])
        )

    def _tests_of_block(self, path: Path, line: int) -> set[str]:
        """The tests of those lines of Python that name the block."""
        above = (settings.BASE_DIR / path).read_text().splitlines()[:line]
        name = next(text for text in reversed(above) if text.startswith("-- name: "))
        quoted = f'"{name.removeprefix("-- name: ").strip()}"'
        return {
            test
            for module in (settings.BASE_DIR / path.parts[0]).rglob("*.py")
            for number, text in enumerate(module.read_text().splitlines(), 1)
            if quoted in text
            for test in self.tests(module.relative_to(settings.BASE_DIR), number)
        }

    def _read(self, path: Path) -> None:
        data = coverage.CoverageData(str(path))
        data.read()
        for file in data.measured_files():
            relative = str(Path(file).relative_to(settings.BASE_DIR))
            for line, contexts in data.contexts_by_lineno(file).items():
                self.lines[relative][line] |= {
                    test for test in contexts if test and not test.startswith(LEFT_OUT)
                }


@cache
def _names(test: str, path: Path) -> bool:
    return path.stem in _text(test.split("::")[0])


@cache
def _text(name: str) -> str:
    path = settings.BASE_DIR / name
    return path.read_text() if path.is_file() else ""


def start_of_function(path: Path, line: int) -> float:
    """The first line of the body of the innermost function around `line`, if any."""
    bodies = [
        node.body[0].lineno
        for node in ast.walk(ast.parse((settings.BASE_DIR / path).read_text()))
        if isinstance(node, ast.FunctionDef)
        and node.body[0].lineno <= line <= (node.end_lineno or 0)
    ]
    return max(bodies, default=float("inf"))
