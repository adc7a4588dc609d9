"""What a touch is: the same in SQL and in summaries, and said in one place."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from leads.models import LeadSummary
from leads.models.lead_summary import NEVER
from leads.touches import (
    ANSWER_GOAL,
    BY_PERSON_SQL,
    FAIR_ANSWER,
    TOUCH_SQL,
    wait_tone,
)
from tests import factories

pytestmark = pytest.mark.django_db
CASES: list[tuple[str, dict[str, Any], bool, bool]] = [
    ("call", {}, True, True),
    ("call", {"automated": True}, True, False),
    ("sms_sent", {"automated": False, "outcome": "sent"}, True, True),
    ("sms_sent", {"automated": True}, True, False),
    ("email_sent", {}, True, True),
    ("form_submit", {}, False, False),
]


def ids(condition: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM leads_activity activity WHERE {condition}")  # noqa: S608
        return {pk for (pk,) in cursor}


@pytest.mark.parametrize(("type", "payload", "is_any", "is_by_person"), CASES)
def test_the_sql_and_the_summary_agree(
    type: str, payload: dict[str, Any], is_any: bool, is_by_person: bool
) -> None:
    activity = factories.ActivityFactory(type=type, payload_json=payload)
    touches = ids(TOUCH_SQL), ids(f"{TOUCH_SQL} AND {BY_PERSON_SQL}")
    assert touches == tuple(
        {activity.pk} if expected else set() for expected in (is_any, is_by_person)
    )
    contacted = LeadSummary.objects.get(lead=activity.lead).contacted_at
    assert contacted == (activity.created_at if is_by_person else NEVER)


def test_a_touch_that_was_taken_back_is_none() -> None:
    factories.ActivityFactory(type="call").delete()
    assert ids(TOUCH_SQL) == set()


def test_no_other_module_of_leads_decides_what_is_automated() -> None:
    home = settings.BASE_DIR / "leads"
    modules = {
        str(path.relative_to(home))
        for path in Path(home).rglob("*.py")
        if "migrations" not in path.parts
        and ("'automated'" in path.read_text() or '"automated"' in path.read_text())
    }
    assert modules == {"touches.py"}


@pytest.mark.parametrize(
    ("waited", "tone"),
    [
        (ANSWER_GOAL - timedelta(seconds=1), "good"),
        (ANSWER_GOAL, "warn"),
        (FAIR_ANSWER - timedelta(seconds=1), "warn"),
        (FAIR_ANSWER, "bad"),
    ],
)
def test_a_wait_of_exactly_a_limit_is_shown_as_past_it(
    waited: timedelta, tone: str
) -> None:
    assert wait_tone(waited) == tone
