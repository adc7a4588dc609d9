"""What has changed since an open board was read, found by a few small index reads.

A change of a column's leads shows in the version of its stored total. What changes a
card but no total (a call, a tag, who works the lead) writes a numbered history row, so
the newest rows of the history tables are compared. Changes of the stages and the tags
show in a hash of what they say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Self

from django.db import connection

from leads.models import Activity, Lead, LeadTag, Opportunity, PipelineStage, Tag
from medspa.postgres.written_query import SqlRows

# The newest rows of a history table that are compared. A row gets its number before it
# is committed, so a lower number can appear after a higher one: not only the highest
# number is compared but also the sum of the newest.
NEWEST_ROWS = 100
# The models whose history is compared, and which column of it is the lead.
HISTORIES = {
    Lead: "id",
    Activity: "lead_id",
    LeadTag: "lead_id",
    Opportunity: "lead_id",
}


def _newest(model: Any, column: str, where: str = "") -> str:
    table = connection.ops.quote_name(model.history.model._meta.db_table)
    return (
        f"SELECT history_id, {column} AS lead FROM {table} {where} "  # noqa: S608  (no input)
        f"ORDER BY history_id DESC LIMIT {NEWEST_ROWS}"
    )


@dataclass(frozen=True)
class ChangeToken:
    """The state of the board when it was read: equal tokens mean that nothing changed.

    `set_up` is a hash of the stages and tags, `histories` the end of each history.
    """

    set_up: str = ""
    histories: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """The token that `str` wrote; any other text differs from every real token."""
        set_up, _, histories = text.partition("/")
        return cls(set_up, histories)

    def __str__(self) -> str:
        return f"{self.set_up}/{self.histories}"


def read_stages() -> list[PipelineStage]:
    """The active stages from left to right, each with the ends of the histories."""
    return _stages().rows(())


@cache
def _stages() -> SqlRows[PipelineStage]:
    # Open boards ask this every few seconds: it takes 2 ms of CPU. The ORM can't add up
    # the newest rows of four tables in one query.
    ends = " || ' ' || ".join(
        f"(SELECT coalesce(max(history_id), 0) || '.' || coalesce(sum(history_id), 0) "  # noqa: S608
        f"FROM ({_newest(model, column)}) newest)"
        for model, column in HISTORIES.items()
    )
    tags = Tag.history.model._meta.db_table
    # By name: a prepared `*` fails in the sessions of before once a column is added.
    fields = PipelineStage._meta.concrete_fields
    columns = ", ".join(f'stage."{field.column}"' for field in fields)
    return SqlRows(
        PipelineStage,
        f"SELECT {columns}, {ends} AS histories, "  # noqa: S608  (no input)
        f"(SELECT max(history_id) FROM {tags}) AS tags "
        "FROM leads_pipelinestage stage WHERE stage.deleted_at IS NULL "
        'ORDER BY stage."order"',
    )


def token_of(stages: Iterable[Any]) -> ChangeToken:
    """The token of the stages that `read_stages` read."""
    digest = blake2b(digest_size=8)
    histories = ""
    for stage in stages:
        histories = stage.histories
        words = (stage.pk, stage.name, stage.order, stage.color, stage.outcome)
        rules = (stage.win_probability_bps, stage.records_kpi, stage.target_days)
        digest.update(repr((words, rules, stage.tags)).encode())
    return ChangeToken(digest.hexdigest(), histories.replace(" ", ","))


def changed_leads(old: ChangeToken, new: ChangeToken) -> list[str] | None:
    """The leads with new history rows since `old`; None where that can't be told."""
    if old.histories == new.histories:
        return []
    before, after = old.histories.split(","), new.histories.split(",")
    if len(before) != len(HISTORIES):
        return None
    found: set[str] = set()
    ends = zip(HISTORIES.items(), before, after, strict=True)
    for (model, column), old_end, new_end in ends:
        if old_end == new_end:
            continue
        number = _number(old_end)
        rows = _rows(model, column, f"WHERE history_id > {number}")
        if len(rows) == NEWEST_ROWS:
            return None
        earlier = _rows(model, column, f"WHERE history_id <= {number}")
        if old_end != f"{number}.{sum(row for row, _ in earlier)}":
            # One of them was committed late, so any of them may be new.
            rows += earlier
        found.update(lead for _, lead in rows)
    return sorted(found)


def _number(end: str) -> int:
    number = end.partition(".")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _rows(model: Any, column: str, where: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_newest(model, column, where))
        return list(cursor.fetchall())
