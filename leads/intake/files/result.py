"""What an import did, in counts and names of columns; nothing about a person."""

from collections import Counter
from dataclasses import dataclass, field

from leads.intake.files.dates import DateOrder
from leads.intake.files.mapping import ColumnMapping


@dataclass(frozen=True)
class FailedRow:
    """`cells` are the allowed columns only, for the person who brought the file."""

    number: int
    reason: str
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class ImportResult:
    """created + updated + restored + skipped + failed = rows."""

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
    # Deleted leads that came back.
    restored: int = 0
    # The id by which the import can be undone; empty for a dry run.
    batch: str = ""

    @property
    def failed(self) -> int:
        return len(self.failed_rows)

    @property
    def has_changed_leads(self) -> bool:
        return not self.is_dry_run and bool(
            self.created or self.updated or self.restored
        )

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
            f"{restored_part(self.restored)}"
            f"{self.skipped:,} skipped, {self.failed:,} failed."
        )

    @property
    def dropped_sentence(self) -> str:
        """`3 columns were skipped: Last Name, Notes, Address.`"""
        if not self.dropped:
            return ""
        were = "was" if len(self.dropped) == 1 else "were"
        names = ", ".join(self.dropped)
        return f"{_count(len(self.dropped), 'column')} {were} skipped: {names}."


def restored_part(restored: int) -> str:
    """A part of a sentence of counts; few imports bring a deleted lead back."""
    return f"{restored:,} restored, " if restored else ""


def file_sentences(mapping: ColumnMapping, order: DateOrder) -> tuple[str, ...]:
    """What was assumed about the whole file."""
    shared = (" and ".join(f"“{name}”" for name in names) for names in mapping.sharing)
    return (
        *(f"Of {names} the first filled cell is taken." for names in shared),
        *order.sentences,
    )


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
