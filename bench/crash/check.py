"""What became of the acts that were acknowledged: nothing lost, nothing twice."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.crash.writers import Acts

# The rows that writers make, and nobody else: each has the id that its form named.
MADE_BY_FORMS = {
    "leads_activity": "type = 'call'",
    "kpis_kpievent": "kind = 'invoice_paid'",
    "leads_task": "true",
    "leads_lead": "first_name = 'Eve'",
}


@dataclass(frozen=True)
class Findings:
    acts: Acts
    lost: list[str]
    doubled: list[str]

    @property
    def is_bad(self) -> bool:
        return bool(self.lost or self.doubled)

    @property
    def sentence(self) -> str:
        return (
            f"{self.acts.count:,} acts acknowledged, {self.acts.resent:,} forms sent "
            f"again: {len(self.lost)} lost, {len(self.doubled)} doubled."
        )

    @property
    def details(self) -> list[str]:
        odd = Counter(line.partition(" ")[0] for line in self.acts.odd)
        counted = ", ".join(f"{count} × {status}" for status, count in odd.items())
        return [
            *([f"Answers that were not taken as done: {counted}."] if odd else []),
            *(f"refused: {line}" for line in self.acts.refused),
            *(f"lost: {line}" for line in self.lost),
            *(f"doubled: {line}" for line in self.doubled),
        ]


def check(
    connection: psycopg.Connection, filled: dict[str, Any], acts: Acts
) -> Findings:
    findings = Findings(acts, [], [])
    for table in MADE_BY_FORMS:
        _check_rows(connection, table, set(acts.keys.get(table, ())), findings)
    _check_moves(connection, acts.moves, findings)
    _check_tags(connection, acts.tagged, len(filled["many"]), findings)
    unfinished = connection.execute(
        "SELECT title FROM medspa_jobrun WHERE state <> 'done'"
    )
    findings.lost.extend(f"job {title}" for (title,) in unfinished)
    return findings


def _check_rows(
    connection: psycopg.Connection, table: str, keys: set[str], findings: Findings
) -> None:
    rows = connection.execute(f"SELECT id FROM {table} WHERE {MADE_BY_FORMS[table]}")
    there = {key for (key,) in rows}
    findings.lost.extend(f"{table} {key}" for key in sorted(keys - there))
    findings.doubled.extend(f"{table} {key}" for key in sorted(there - keys))
    written = connection.execute(
        f"SELECT id, count(*) FROM {table}history WHERE history_type = '+'"
        " AND id = ANY(%s) GROUP BY id",
        [sorted(keys)],
    )
    counts = dict(written.fetchall())
    findings.lost.extend(f"history of {key}" for key in sorted(keys - set(counts)))
    findings.doubled.extend(f"history of {key}" for key, n in counts.items() if n > 1)


def _check_moves(
    connection: psycopg.Connection, moves: dict[str, int], findings: Findings
) -> None:
    """Each move ends one stage period and begins one; the first came with the lead."""
    rows = connection.execute(
        "SELECT lead_id, count(*) - 1 FROM leads_leadstage WHERE lead_id = ANY(%s)"
        " GROUP BY lead_id",
        [list(moves)],
    )
    there: dict[str, int] = dict(rows.fetchall())
    for lead, count in moves.items():
        difference = there[lead] - count
        found = findings.doubled if difference > 0 else findings.lost
        found.extend([f"move of {lead}"] * abs(difference))


def _check_tags(
    connection: psycopg.Connection, tags: list[str], leads: int, findings: Findings
) -> None:
    """The worker put each tag on every lead, and noted it once."""
    for name, sql in (
        ("tags", "SELECT tag_id, count(*) FROM leads_leadtag GROUP BY 1"),
        (
            "tag activities",
            "SELECT payload_json ->> 'tag', count(*) FROM leads_activity"
            " WHERE type = 'tag_added' GROUP BY 1",
        ),
    ):
        there: dict[str, int] = dict(connection.execute(sql).fetchall())
        for tag in tags:
            difference = there.get(tag, 0) - leads
            found = findings.doubled if difference > 0 else findings.lost
            found.extend([f"{name} of {tag}"] * abs(difference))
