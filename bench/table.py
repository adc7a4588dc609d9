"""Printing the figures of all sizes side by side."""

from bench.indexes import Unused

MEGABYTE = 1024 * 1024
WORTH_A_LOOK = MEGABYTE
Figures = dict[int, dict[str, dict[str, float]]]
DETAILS = (
    ("page", "ms", 1),
    ("cpu", "of it CPU", 1),
    ("sql", "bare SQL", 1),
    ("server", "HTTP server", 1),
    ("http", "HTTP wall", 1),
    ("queries", "queries", 0),
    ("bytes", "bytes", 0),
    ("rows a second", "rows/s", 0),
)


def print_table(figures: Figures) -> None:
    """Medians in milliseconds, ours and the bare SQL, and how ours grows with size."""
    sizes = list(figures)
    head = "".join(f"{f'{size:,}':>12}{'bare SQL':>10}" for size in sizes)
    print(f"{'median, ms':<28}{head}{'growth':>9}")
    for question in figures[sizes[0]]:
        rows = [figures[size].get(question, {}) for size in sizes]
        cells = "".join(_cell(row, "page", 12) + _cell(row, "sql", 10) for row in rows)
        first, last = (row.get("page", float("nan")) for row in (rows[0], rows[-1]))
        print(f"{question:<28}{cells}{last / first:>8.2f}x")
    for size in sizes:
        _print_details(size, figures[size])


def _print_details(size: int, figures: dict[str, dict[str, float]]) -> None:
    print(
        f"\n{f'{size:,} leads':<28}" + "".join(f"{head:>13}" for _, head, _ in DETAILS)
    )
    for question, row in figures.items():
        cells = "".join(_cell(row, key, 13, places) for key, _, places in DETAILS)
        print(f"{question:<28}{cells}")


def _cell(row: dict[str, float], key: str, width: int, places: int = 1) -> str:
    return f"{row[key]:>{width},.{places}f}" if key in row else " " * width


def print_scans(size: int, scans: dict[str, list[str]]) -> bool:
    """Which questions read a whole big table; whether any does."""
    found = {name: tables for name, tables in scans.items() if tables}
    for name, tables in found.items():
        print(f"{size:,} leads: {name} reads all of {', '.join(tables)}")
    return bool(found)


def print_unused(size: int, indexes: list[Unused]) -> None:
    """Those worth a look; foreign keys have theirs for deletions, not asked here."""
    large = [index for index in indexes if index.size >= WORTH_A_LOOK]
    total = sum(index.size for index in indexes) / MEGABYTE
    print(f"\n{size:,} leads: {len(indexes)} indexes of {total:,.0f} MB were not read")
    for index in large:
        print(f"  {index.name:<62}{index.size / MEGABYTE:>9.1f} MB")
