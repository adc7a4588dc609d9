"""`--order-seed`: every test runs once, files stay together, seeds repeat."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.order import shuffled


@dataclass(frozen=True)
class Item:
    path: Path
    number: int


ITEMS = [Item(Path(f"test_{file}.py"), n) for file in "abcdef" for n in range(6)]


def test_each_seed_has_its_own_order_and_keeps_it() -> None:
    orders = [shuffled(ITEMS, seed) for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert ITEMS not in orders


def test_every_test_is_there_once_beside_those_of_its_file() -> None:
    order = shuffled(ITEMS, 7)
    assert sorted(order, key=ITEMS.index) == ITEMS
    files = [path for path, _ in groupby(order, lambda item: item.path)]
    assert len(files) == len(set(files))
    assert files != sorted(files)
    numbers = {tuple(item.number for item in order if item.path == f) for f in files}
    assert len(numbers) > 1
