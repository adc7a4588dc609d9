"""Copies of the project, in which faults are planted and judged."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

from medspa.postgres.embedded import EMBEDDED
from tests.database import digest, sources
from tests.mutants.faults import Fault
from tests.mutants.forks import RESULTS, TASKS

HOME = settings.BASE_DIR / "var" / "mutants"


PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]


SECONDS_TO_START = 240


class Covering(NamedTuple):
    """A fault with the tests that pass its line, and how long they take."""

    fault: Fault
    tests: list[str]
    seconds: float


class Copy:
    """One copy of the project with test databases of its own."""

    def __init__(self, number: int) -> None:
        self.folder = HOME / f"copy-{number}"
        self.number = number

    def refresh(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        tracked = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=settings.BASE_DIR,
            capture_output=True,
            check=True,
        ).stdout.decode()
        for name in filter(None, tracked.split("\0")):
            source = settings.BASE_DIR / name
            if source.is_file():
                target = self.folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)

    def tests(self) -> set[str]:
        """The ids of all tests there are now."""
        command = [*PYTEST, "--collect-only"]
        collected = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            check=True,
        )
        return set(collected.stdout.decode().splitlines())

    def judge(self, fault: Fault, tests: list[str], seconds: float) -> tuple[str, str]:
        """What becomes of the fault, and the test that noticed it."""
        path = self.folder / fault.path
        whole = path.read_text()
        path.write_text(fault.planted(whole))
        try:
            done = subprocess.run(
                [*PYTEST, *tests],
                cwd=self.folder,
                env=self._environment(fault),
                capture_output=True,
                timeout=_patience(seconds),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "too long", ""
        finally:
            path.write_text(whole)
        if not done.returncode:
            return "survived", ""
        noticed = _failed(done.stdout.decode(), tests)
        return "died", noticed[0] if noticed else ""

    def judge_in_forks(self, faults: list[Covering]) -> list[tuple[str, str]]:
        """For each fault the same as `judge`, or "" where no fork noticed it."""
        tasks = [
            {
                "path": str(fault.path),
                "source": fault.planted((self.folder / fault.path).read_text()),
                "tests": tests,
                "seconds": _patience(seconds),
            }
            for fault, tests, seconds in faults
        ]
        place, results = self.folder / "tasks.json", self.folder / "results.txt"
        place.write_text(json.dumps(tasks))
        files = sorted({test.split("::")[0] for task in faults for test in task.tests})
        subprocess.run(
            [*PYTEST, "-p", "tests.mutants.forks", *files],
            cwd=self.folder,
            env=self._environment() | {TASKS: str(place), RESULTS: str(results)},
            capture_output=True,
            check=True,
        )
        found = [json.loads(line) for line in results.read_text().splitlines()]
        return [(what, test) for what, test in found]

    def failing(self, tests: list[str]) -> list[str]:
        """Those of `tests` that fail without any fault."""
        if not tests:
            return []
        command = [*PYTEST, "--maxfail=1000", *tests]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            check=False,
        )
        return _failed(done.stdout.decode(), tests)

    def _environment(self, fault: Fault | None = None) -> dict[str, str]:
        name = f"test_mutants_{self.number}"
        place = {"TEST_DATABASE_NAME": name, "TEST_TEMPLATE_PREFIX": f"{name}_"}
        if fault is None or settings.BASE_DIR / fault.path not in sources():
            # Migrating would do the same as before.
            place["TEST_TEMPLATE_DIGEST"] = digest()
        return os.environ | place | {
            "DEBUG": "on",
            "DATABASE_URL": EMBEDDED.url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
            "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
            "SAFEKEEPING_KEY": settings.SAFEKEEPING_KEY,
        }  # fmt: skip


def _failed(output: str, tests: Iterable[str]) -> list[str]:
    """Those of `tests` that pytest's summary names."""
    told = [line for line in output.splitlines() if line.startswith(("FAIL", "ERR"))]
    return [
        test
        for test in tests
        if any(f"{line} - ".split(" ", 1)[1].startswith(f"{test} - ") for line in told)
    ]


def _patience(seconds: float) -> float:
    return SECONDS_TO_START + 10 * seconds
