"""What an import did, in counts and names of columns; nothing about a person."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FailedRow:
    """`cells` are the allowed columns only, for the person who brought the file."""

    number: int
    reason: str
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class ImportResult:
    """created + updated + skipped + failed = rows."""

    title: str
    is_dry_run: bool
    rows: int
    created: int
    updated: int
    skipped: int
    failed_rows: tuple[FailedRow, ...]
    failed_headers: tuple[str, ...]
    dropped: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def failed(self) -> int:
        return len(self.failed_rows)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why rows failed, the commonest reason first."""
        return Counter(row.reason for row in self.failed_rows).most_common()

    @property
    def summary(self) -> str:
        verb = "would be " if self.is_dry_run else ""
        return (
            f"{self.title}, {_count(self.rows, 'row')}: "
            f"{self.created:,} {verb}created, {self.updated:,} updated, "
            f"{self.skipped:,} skipped, {self.failed:,} failed."
        )

    @property
    def dropped_sentence(self) -> str:
        """`3 columns were left out: Last Name, Notes, Address.`"""
        if not self.dropped:
            return ""
        were = "was" if len(self.dropped) == 1 else "were"
        names = ", ".join(self.dropped)
        return f"{_count(len(self.dropped), 'column')} {were} left out: {names}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
