"""Another order of the tests, to find those that lean on one before them."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar


class OfFile(Protocol):
    @property
    def path(self) -> Path: ...


Test = TypeVar("Test", bound=OfFile)


def shuffled(tests: Sequence[Test], seed: int) -> list[Test]:
    """Files in any order, and in each file its tests; the same for the same seed.

    A file stays together: what it prepares once is prepared once.
    """
    chance = random.Random(seed)
    by_file: dict[Path, list[Test]] = {}
    for test in tests:
        by_file.setdefault(test.path, []).append(test)
    files = list(by_file.values())
    chance.shuffle(files)
    for file in files:
        chance.shuffle(file)
    return [test for file in files for test in file]
