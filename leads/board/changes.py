"""What has changed since an open board was read, by a few small index reads.

Columns are told by their kept totals' versions. What changes a card and no total (a
call, a tag, who works the lead) is told by the audit trails: every such change is a row
there with a number. The stages and the tags tell by what they say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Self

from django.db import connection

from leads.models import Activity, Lead, LeadTag, Opportunity, PipelineStage, Tag

# Numbers are given before the commit, so the highest is not the last. Whatever becomes
# visible among the newest of a trail changes their sum.
WINDOW = 100
# The trails and which of their columns is the lead.
TRAILS = {Lead: "id", Activity: "lead_id", LeadTag: "lead_id", Opportunity: "lead_id"}


def _newest(model: Any, column: str) -> str:
    table = connection.ops.quote_name(model.history.model._meta.db_table)
    return (
        f"SELECT history_id, {column} AS lead FROM {table} "  # noqa: S608  (no input)
        f"ORDER BY history_id DESC LIMIT {WINDOW}"
    )


@dataclass(frozen=True)
class Seen:
    """What a board has seen: how the stages are set up, and the end of each trail."""

    set_up: str = ""
    trails: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """As `str` wrote it; whatever else it is differs from what is true."""
        set_up, _, trails = text.partition("/")
        return cls(set_up, trails)

    def __str__(self) -> str:
        return f"{self.set_up}/{self.trails}"


def read_stages() -> list[PipelineStage]:
    """The living stages from left to right; each brings the trails' ends along."""
    ends = " || ' ' || ".join(
        f"(SELECT coalesce(max(history_id), 0) || '.' || coalesce(sum(history_id), 0) "  # noqa: S608
        f"FROM ({_newest(model, column)}) newest)"
        for model, column in TRAILS.items()
    )
    tags = Tag.history.model._meta.db_table
    return list(
        PipelineStage.objects.raw(
            f"SELECT stage.*, {ends} AS trails, "  # noqa: S608  (no input)
            f"(SELECT max(history_id) FROM {tags}) AS tags "
            "FROM leads_pipelinestage stage WHERE stage.deleted_at IS NULL "
            'ORDER BY stage."order"'
        )
    )


def set_up_of(stages: Iterable[Any]) -> Seen:
    """What stages that `read_stages` read tell of themselves and of the trails."""
    said = blake2b(digest_size=8)
    trails = ""
    for stage in stages:
        trails = stage.trails
        words = (stage.pk, stage.name, stage.order, stage.color, stage.outcome)
        rules = (stage.win_probability_bps, stage.records_kpi, stage.target_days)
        said.update(repr((words, rules, stage.tags)).encode())
    return Seen(said.hexdigest(), trails.replace(" ", ","))


def changed_leads(seen: Seen, now: Seen) -> list[str] | None:
    """The leads that the trails name since `seen`; None where that can't be told."""
    if seen.trails == now.trails:
        return []
    before, after = seen.trails.split(","), now.trails.split(",")
    if len(before) != len(TRAILS):
        return None
    found: set[str] = set()
    for (model, column), old, new in zip(TRAILS.items(), before, after, strict=True):
        if old == new:
            continue
        rows = _rows(model, column)
        if len(rows) == WINDOW and _number(old) < rows[-1][0]:
            return None
        found.update(lead for _, lead in rows)
    return sorted(found)


def _number(end: str) -> int:
    number = end.partition(".")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _rows(model: Any, column: str) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_newest(model, column))
        return list(cursor.fetchall())
