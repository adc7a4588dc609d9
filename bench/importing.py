"""A file of 1,000 new leads, as GoHighLevel exports it."""

import secrets

from bench.questions import Question
from leads.intake.files.importing import import_table
from leads.intake.files.mapping import map_columns
from leads.intake.files.table import read_table

ROWS = 1000
HEADER = "Contact Id,First Name,Last Name,Email,Created,Tags"


def import_question() -> Question:
    """The contacts of every run are new, so that each row is created."""

    def ask() -> None:
        table = read_table(_file())
        result = import_table(table, map_columns(table.headers))
        assert result.created == ROWS, result.summary

    return Question(f"import of {ROWS:,} rows", ask, rows=ROWS)


def _file() -> bytes:
    run = secrets.token_hex(6)
    lines = (
        f"bench{run}{row},Ana,Sample,"
        f"bench.{run}.{row}@example.com,2026-01-05T10:00:00Z,Botox"
        for row in range(ROWS)
    )
    return "\n".join([HEADER, *lines]).encode()
