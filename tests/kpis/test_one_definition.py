"""What counts as booked, shown, paid or answered is written once; others name it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpis.choices import Kind

ROOT = Path(__file__).parents[2]
APPS = ("medspa", "campaigns", "leads", "kpis", "commissions", "safekeeping")
EVENT_KINDS = "|".join(Kind.values)
# Rules stored as JSON name the event that they pay for, in the words of their schema.
RULES = (
    "commissions/engine/schemas.py",
    "commissions/engine/rule_language.py",
    "commissions/rules",
    "commissions/sentences.py",
    "medspa/demo/sample/clinic.py",
)
# A stage says which event is recorded when a lead enters it; leads don't know kpis.
STAGES = ("leads/models/stage.py",)
# SQL texts as they are stored in the database or sent to it without parameters.
IN_SQL = (
    "commissions/sql/triggers.sql",
    "commissions/statements/month_events.py",
    "kpis/sql/triggers.sql",
)
HOMES = {
    rf"['\"]({EVENT_KINDS})['\"]": (
        "kpis/choices.py",
        *RULES,
        *STAGES,
        *IN_SQL,
    ),
    # The goal of an answer. What else takes five minutes is named, too.
    r"(?<!\d)5 minutes|minutes=5\b|<= 300\b|300 seconds": (
        "leads/touches.py",
        "medspa/accounts/second_factor/challenges.py",
        "medspa/health/application_lines.py",
        "safekeeping/backups/drills/drill.py",
    ),
    # The key of a payload. The sample clinic writes payloads as they are stored.
    r"['\"]automated['\"]|__automated|\"automated\":": (
        "leads/touches.py",
        "leads/sql/triggers.sql",
        "safekeeping/sql/retention.sql",
        "medspa/demo/sample",
    ),
}


def sources() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for ending in ("py", "sql"):
            for path in sorted((ROOT / app).rglob(f"*.{ending}")):
                if "migrations" not in path.parts:
                    yield str(path.relative_to(ROOT)), path.read_text()


@pytest.mark.parametrize("literal", HOMES)
def test_a_definition_is_written_at_its_home_only(literal: str) -> None:
    elsewhere = [
        f"{name}: {found[0]}"
        for name, text in sources()
        if not name.startswith(HOMES[literal])
        for found in re.finditer(literal, text)
    ]
    assert elsewhere == []


def test_the_definitions_are_where_the_test_says() -> None:
    """A literal that nobody writes any more would be looked for in vain."""
    for literal, homes in HOMES.items():
        names = [name for name, text in sources() if re.search(literal, text)]
        assert any(name.startswith(homes[0]) for name in names), literal
