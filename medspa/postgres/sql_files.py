"""Long SQL stands by name in `<app>/sql/<file>.sql`, in blocks that look like this:

    -- name: daily_sums
    -- One row per day and campaign. (Comments right under the name describe the block.)
    SELECT ...

A block ends where the next one begins. `sql("kpis", "rollups", "daily_sums")` returns
its text without the name and the description; `sql_file("kpis", "triggers")` returns a
whole file as it stands.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)[ ]*\n(?:--.*\n)*", re.MULTILINE)


def sql(app: str, file: str, name: str) -> str:
    """The SQL of one named block of `<app>/sql/<file>.sql`; KeyError if there is none."""
    return sql_blocks(app, file)[name]


@cache
def sql_file(app: str, file: str) -> str:
    """The whole text of `<app>/sql/<file>.sql`."""
    path = resources.files(app) / "sql" / f"{file}.sql"
    return path.read_text(encoding="utf-8")


@cache
def sql_blocks(app: str, file: str) -> Mapping[str, str]:
    """Every named block of a file, in the file's order."""
    try:
        return MappingProxyType(parsed(sql_file(app, file)))
    except ValueError as error:
        raise ValueError(f"{app}/sql/{file}.sql: {error}") from error


def parsed(text: str) -> dict[str, str]:
    """The blocks of a file's text, name -> SQL. What stands before the first name is the
    file's introduction and belongs to no block.
    """
    _, *rest = NAME.split(text)
    blocks: dict[str, str] = {}
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        if name in blocks:
            raise ValueError(f"two blocks are named {name}")
        if not body.strip():
            raise ValueError(f"the block {name} is empty")
        blocks[name] = body.strip()
    return blocks
