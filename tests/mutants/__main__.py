"""Plant faults one at a time and see whether the tests notice.

    python -m tests.mutants --record            which tests run which lines (once)
    python -m tests.mutants --sample 200        as many faults, spread over all subjects
    python -m tests.mutants --subject pipeline  every fault of one subject
    python -m tests.mutants --file leads/services/pipeline.py --line 120

Every fault is planted in a copy of the project under var/mutants, never here. The
report says how many died by subject, and each survivor with its place; which test
noticed which fault is in var/mutants/judged.txt.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
os.environ.setdefault("DEBUG", "on")
django.setup()

from django.conf import settings  # noqa: E402

from medspa.postgres.embedded import EMBEDDED  # noqa: E402
from tests.database import digest, sources  # noqa: E402
from tests.mutants.contexts import FOLDER, Covered, start_of_function  # noqa: E402
from tests.mutants.equivalents import without_equivalents  # noqa: E402
from tests.mutants.faults import Fault, faults_of  # noqa: E402
from tests.mutants.forks import RESULTS, TASKS  # noqa: E402
from tests.mutants.modules import SUBJECTS, modules_of  # noqa: E402

HOME = settings.BASE_DIR / "var" / "mutants"
JUDGED = HOME / "judged.txt"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
# More tests than this say nothing that the first ones don't.
MOST_SECONDS_OF_TESTS = 90
MOST_TESTS = 400
SECONDS_TO_START = 240


@dataclass(frozen=True)
class Verdict:
    fault: Fault
    subject: str
    what: str  # died, too long, survived, untested, in doubt
    test: str = ""  # which noticed it


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
        }  # fmt: skip


def _failed(output: str, tests: Iterable[str]) -> list[str]:
    """Those of `tests` that pytest's summary names."""
    told = [line for line in output.splitlines() if line.startswith(("FAIL", "ERR"))]
    return [
        test
        for test in tests
        if any(f"{line} - ".split(" ", 1)[1].startswith(f"{test} - ") for line in told)
    ]


def main() -> None:
    options = parse()
    with EMBEDDED.in_use():
        if options.record:
            record()
            return
        if not FOLDER.is_dir():
            sys.exit("Run `python -m tests.mutants --record` first.")
        report(judge(chosen(options), options.jobs))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--subject", choices=SUBJECTS, action="append")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--line", type=int)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def record() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "-p",
            "tests.mutants.contexts",
            "--ignore=tests/browser",
            "--ignore=tests/bench",
        ],
        cwd=settings.BASE_DIR,
        check=False,
    )


def chosen(options: argparse.Namespace) -> list[tuple[str, Fault]]:
    subjects = options.subject or list(SUBJECTS)
    if options.file:
        faults = [("file", fault) for fault in _faults([options.file])]
    else:
        faults = [
            (subject, fault)
            for subject in subjects
            for fault in _faults(modules_of(subject))
        ]
    if options.line:
        faults = [each for each in faults if each[1].line == options.line]
    if options.sample:
        faults = _spread(faults, options.sample, random.Random(options.seed))
    return faults


def _faults(paths: Iterable[Path]) -> list[Fault]:
    return [
        replace(fault, path=path)
        for path in paths
        for fault in without_equivalents(path, faults_of(settings.BASE_DIR / path))
    ]


def _spread(
    faults: list[tuple[str, Fault]], size: int, chance: random.Random
) -> list[tuple[str, Fault]]:
    """As many of each subject as can be, in an order that nobody chose."""
    by_subject = defaultdict(list)
    for subject, fault in chance.sample(faults, len(faults)):
        by_subject[subject].append((subject, fault))
    taken: list[tuple[str, Fault]] = []
    while len(taken) < size and any(by_subject.values()):
        for rest in by_subject.values():
            if rest and len(taken) < size:
                taken.append(rest.pop())
    return taken


def judge(faults: list[tuple[str, Fault]], jobs: int) -> list[Verdict]:
    covered = Covered()
    copies: Queue[Copy] = Queue()
    for number in range(jobs):
        copy = Copy(number)
        copy.refresh()
        if not number:
            covered.keep(copy.tests())
        copies.put(copy)

    @contextmanager
    def a_copy() -> Iterator[Copy]:
        copy = copies.get()
        try:
            yield copy
        finally:
            copies.put(copy)

    def in_forks(some: list[Covering]) -> list[tuple[str, str]]:
        with a_copy() as copy:
            return copy.judge_in_forks(some) if some else []

    def alone(each: Covering) -> tuple[str, str]:
        if not each.tests:
            return "untested", ""
        with a_copy() as copy:
            return copy.judge(*each)

    every = [Covering(fault, *_affordable(covered, fault)) for _, fault in faults]
    quick = [
        at for at, each in enumerate(every) if each.tests and _is_in_function(each)
    ]
    found: dict[int, tuple[str, str]] = {}
    with ThreadPoolExecutor(jobs) as pool:
        parts = [quick[number::jobs] for number in range(jobs)]
        judged = pool.map(in_forks, [[every[at] for at in part] for part in parts])
        for part, answers in zip(parts, judged, strict=True):
            pairs = zip(part, answers, strict=True)
            found |= {at: answer for at, answer in pairs if answer[0]}
        print(f"{len(found)} of {len(every)} were noticed in forks.", flush=True)
        rest = [at for at in range(len(every)) if at not in found]
        answers = pool.map(alone, [every[at] for at in rest])
        for at, answer in zip(rest, answers, strict=True):
            found[at] = answer
            if answer[0] != "died":
                print(_line(Verdict(every[at].fault, "", *answer)), flush=True)
    verdicts = [
        Verdict(fault, subject, *found[at])
        for at, (subject, fault) in enumerate(faults)
    ]
    with a_copy() as copy:
        verdicts = _doubted(verdicts, copy)
    JUDGED.write_text("".join(f"{_line(each)} {each.test}\n" for each in verdicts))
    return verdicts


def _doubted(verdicts: list[Verdict], copy: Copy) -> list[Verdict]:
    """A test that fails without a fault has noticed none."""
    failing = set(copy.failing(sorted({each.test for each in verdicts if each.test})))
    for each in verdicts:
        if each.test in failing:
            print(f"{each.test} fails without a fault:\n{_line(each)}", flush=True)
    return [
        replace(each, what="in doubt") if each.test in failing else each
        for each in verdicts
    ]


def _affordable(covered: Covered, fault: Fault) -> tuple[list[str], float]:
    tests, total = [], 0.0
    for test in covered.tests(fault.path, fault.line)[:MOST_TESTS]:
        total += covered.seconds[test]
        if tests and total > MOST_SECONDS_OF_TESTS:
            break
        tests.append(test)
    return tests, total


def _patience(seconds: float) -> float:
    return SECONDS_TO_START + 10 * seconds


def _is_in_function(each: Covering) -> bool:
    path, line = each.fault.path, each.fault.line
    return path.suffix == ".py" and start_of_function(path, line) <= line


def _line(verdict: Verdict) -> str:
    fault = verdict.fault
    whole = (settings.BASE_DIR / fault.path).read_text()
    was = " ".join(whole[fault.start : fault.end].split())[:60]
    now = " ".join(fault.text.split())[:60]
    return f"{verdict.what:9}{fault.path}:{fault.line} [{fault.kind}] {was!r} → {now!r}"


def report(verdicts: list[Verdict]) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict in verdicts:
        counts[verdict.subject][verdict.what] += 1
        counts["all"][verdict.what] += 1
    for subject, by_what in counts.items():
        died = by_what["died"] + by_what["too long"]
        print(
            f"{subject:12}{by_what.total():6} planted {died:6} died "
            f"{died / by_what.total():7.1%}"
        )


if __name__ == "__main__":
    main()
