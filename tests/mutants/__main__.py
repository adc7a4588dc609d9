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
import os
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
os.environ.setdefault("DEBUG", "on")
django.setup()

from django.conf import settings  # noqa: E402

from medspa.postgres.embedded import EMBEDDED  # noqa: E402
from tests.mutants.contexts import FOLDER, Covered, start_of_function  # noqa: E402
from tests.mutants.copies import HOME, Copy, Covering  # noqa: E402
from tests.mutants.equivalents import without_equivalents  # noqa: E402
from tests.mutants.faults import Fault, faults_of  # noqa: E402
from tests.mutants.modules import SUBJECTS, modules_of  # noqa: E402

JUDGED = HOME / "judged.txt"
# More tests than this say nothing that the first ones don't.
MOST_SECONDS_OF_TESTS = 90
MOST_TESTS = 2000
# By the place of a fault: what became of it, and the test that noticed.
Judged = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Verdict:
    fault: Fault
    subject: str
    what: str  # died, too long, survived, untested, in doubt
    test: str = ""  # which noticed it


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
    copies = _fresh_copies(jobs, covered)
    every = [Covering(fault, *_affordable(covered, fault)) for _, fault in faults]
    with ThreadPoolExecutor(jobs) as pool:
        found = _judged_in_forks(every, copies, pool)
        print(f"{len(found)} of {len(every)} were noticed in forks.", flush=True)
        found |= _judged_alone(every, found.keys(), copies, pool)
    verdicts = [
        Verdict(fault, subject, *found[at])
        for at, (subject, fault) in enumerate(faults)
    ]
    with _one_of(copies) as copy:
        verdicts = _doubted(verdicts, copy)
    JUDGED.write_text("".join(f"{_line(each)} {each.test}\n" for each in verdicts))
    return verdicts


def _fresh_copies(jobs: int, covered: Covered) -> Queue[Copy]:
    copies: Queue[Copy] = Queue()
    for number in range(jobs):
        copy = Copy(number)
        copy.refresh()
        if not number:
            covered.keep(copy.tests())
        copies.put(copy)
    return copies


@contextmanager
def _one_of(copies: Queue[Copy]) -> Iterator[Copy]:
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def _judged_in_forks(
    every: list[Covering], copies: Queue[Copy], pool: ThreadPoolExecutor
) -> Judged:
    """Those of the faults in functions that a fork noticed."""

    def judged(some: list[int]) -> list[tuple[str, str]]:
        with _one_of(copies) as copy:
            return copy.judge_in_forks([every[at] for at in some]) if some else []

    quick = [
        at for at, each in enumerate(every) if each.tests and _is_in_function(each)
    ]
    jobs = copies.qsize()
    parts = [quick[number::jobs] for number in range(jobs)]
    found: Judged = {}
    for part, answers in zip(parts, pool.map(judged, parts), strict=True):
        pairs = zip(part, answers, strict=True)
        found |= {at: answer for at, answer in pairs if answer[0]}
    return found


def _judged_alone(
    every: list[Covering],
    noticed: Collection[int],
    copies: Queue[Copy],
    pool: ThreadPoolExecutor,
) -> Judged:
    """The others, each in a pytest of its own."""

    def judged(at: int) -> tuple[str, str]:
        if not every[at].tests:
            return "untested", ""
        with _one_of(copies) as copy:
            return copy.judge(*every[at])

    rest = [at for at in range(len(every)) if at not in noticed]
    found: Judged = {}
    for at, answer in zip(rest, pool.map(judged, rest), strict=True):
        found[at] = answer
        if answer[0] != "died":
            print(_line(Verdict(every[at].fault, "", *answer)), flush=True)
    return found


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
