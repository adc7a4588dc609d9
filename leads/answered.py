"""When a lead is answered: one definition for board, Today, queue, list and filters.

An active lead is *answered* by a touch of a person at or after its creation, by what
apps above add to `extension_points.answers` (a consult booked or shown, a payment), or
because it was created in person: somebody stood at the desk or was on the phone.
Automatic texts answer nobody.

A backfilled lead (imported more than a day after it was created) starts no clock: it
waits for nobody, answered or not. Nor does one whose person was erased, or asked not
to be contacted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from leads.choices import Source
from leads.extension_points import answers
from leads.models import LeadSummary
from leads.models.lead_lists import sources_that_mean

# Leads of sources that mean this were talking to the clinic when they were created.
IN_PERSON = (Source.WALK_IN.value, Source.PHONE.value)
# A lead that is imported later than this after its creation is backfilled.
BACKFILLED_AFTER = timedelta(days=1)

# The last contact in the summary is that of a person: the summary is found at once,
# where a lead's activities took four times as long. Only active leads have one.
_IS_TOUCHED_SQL = """EXISTS (
    SELECT FROM leads_leadsummary summary
    WHERE summary.lead_id = lead.id AND summary.contacted_at >= lead.created_at
)"""


@dataclass(frozen=True)
class Answer:
    """Rows of another table that answer their lead, in SQL and in the ORM.

    `sql` is a condition on a row of `leads_lead` with the alias `lead`, without
    parameters and percent signs; `rows` are the rows themselves.
    """

    sql: str
    rows: Callable[[], QuerySet[Any]]


def answered_sql() -> str:
    """Answered: a condition on an active row of `leads_lead`, with the alias `lead`."""
    # A code has letters, digits and underscores only.
    codes = ", ".join(f"'{code}'" for code in sources_that_mean(*IN_PERSON))
    in_person = f"lead.source IN ({codes})"
    return " OR ".join(
        [in_person, _IS_TOUCHED_SQL, *(answer.sql for answer in answers)]
    ).join("()")


def waiting_sql() -> str:
    """Waiting for an answer; whether the lead's stage is open is not looked at."""
    clock = (
        "NOT lead.is_backfilled AND lead.erased_at IS NULL"
        " AND lead.do_not_contact_at IS NULL"
    )
    return f"({clock} AND NOT {answered_sql()})"


def answered_q(lead: str = "") -> Q:
    """The same as a filter; `lead` is the path to the lead, if it is not the row."""
    path = f"{lead}__" if lead else ""
    key = OuterRef(f"{path}pk")
    touched = LeadSummary.objects.filter(
        lead=key, contacted_at__gte=OuterRef(f"{path}created_at")
    )
    likely = Q(**{f"{path}source__in": sources_that_mean(*IN_PERSON)}) | Q(
        Exists(touched)
    )
    others = Q(pk__in=[])
    for answer in answers:
        others |= Q(Exists(answer.rows().filter(lead=key)))
    # In this order: of most leads the summary says it. PostgreSQL would look for the
    # others first, which took a fifth to a third of a scan (3,000 leads: 10 to 20 ms).
    return Q(
        Case(
            When(likely, then=Value(True)),
            default=ExpressionWrapper(others, BooleanField()),
            output_field=BooleanField(),
        )
    )


def waiting_q(lead: str = "") -> Q:
    path = f"{lead}__" if lead else ""
    clock = {
        f"{path}is_backfilled": False,
        f"{path}erased_at": None,
        f"{path}do_not_contact_at": None,
    }
    return Q(**clock) & ~answered_q(lead)
