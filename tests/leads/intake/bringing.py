"""Importing a file or a few typed rows, as the command and the page do."""

from pathlib import Path

from leads.intake.files.importing import import_table
from leads.intake.files.mapping import map_columns
from leads.intake.files.result import ImportResult
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions

FILES = Path(__file__).parent / "files"


def bring(
    data: bytes | str,
    format_name: str = "",
    overrides: tuple[str, ...] = (),
    *,
    dry_run: bool = False,
    create_campaigns: bool = False,
) -> ImportResult:
    """Import a table; `data` is a file's bytes, a sample's name or typed rows."""
    table = read_table(_bytes(data))
    mapping = map_columns(table.headers, format_name, overrides)
    return import_table(table, mapping, ImportOptions(dry_run, create_campaigns))


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    """(created, updated, skipped, failed); checks that all add up."""
    found = (result.created, result.updated, result.skipped, result.failed)
    assert sum(found) + result.restored == result.rows
    return found


def _bytes(data: bytes | str) -> bytes:
    if isinstance(data, bytes):
        return data
    return data.encode() if "\n" in data else (FILES / data).read_bytes()
