"""Fields that differ from GoHighLevel's: both values, and taking one of them.

GoHighLevel's value is read when somebody looks, and not stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from connections.gohighlevel.access import settings_of
from connections.gohighlevel.api.client import Client
from connections.gohighlevel.api.errors import GoHighLevelError, NotThere
from connections.gohighlevel.comparing import MISSING_HERE, MISSING_THERE
from connections.gohighlevel.known import KnownValue
from connections.gohighlevel.origin import not_sent
from connections.gohighlevel.outgoing import WRITTEN_FIELDS
from connections.gohighlevel.reading import lead_of
from connections.models import Connection, FieldDifference, KnownThere, StreamState
from leads.models import Lead
from medspa import clock
from medspa.refusals import Refused

MOST_DIFFERENCES_SHOWN = 20
THEIRS, OURS = "theirs", "ours"
NO_LONGER = "This no longer differs."
NO_SUCH_CONTACT = "GoHighLevel no longer has this contact."
NOTHING_THERE = "GoHighLevel has no value for this field."
NOTHING_HERE = "This field is empty here. Nothing was written."


DRIFT_WORDS = {
    MISSING_HERE: "not here",
    MISSING_THERE: "not in GoHighLevel",
    "first_name": "first name",
}


def drift_in_words(stream: StreamState) -> list[tuple[str, int]]:
    """What the last comparison found to differ, before it took in anything."""
    return [
        (DRIFT_WORDS.get(name, name), int(count))
        for name, count in sorted(stream.drift.items())
    ]


class DifferenceRefused(Refused):
    """Nothing was changed on either side."""

    code = "difference_refused"


@dataclass(frozen=True)
class ShownDifference:
    """`theirs` is None where GoHighLevel could not be asked."""

    row: FieldDifference
    ours: str
    theirs: str | None


def read_differences(
    connection: Connection, client: Client
) -> tuple[Sequence[ShownDifference], str]:
    """Those that still differ, and why GoHighLevel could not be asked, if so."""
    rows = FieldDifference.objects.filter(
        connection=connection, lead__deleted_at=None
    ).select_related("lead")[:MOST_DIFFERENCES_SHOWN]
    contacts: dict[str, dict[str, str]] = {}
    shown, problem = [], ""
    for row in rows:
        theirs = None
        try:
            if not problem:
                contact = str(row.lead.external_id)
                if contact not in contacts:
                    contacts[contact] = _contact(connection, client, row.lead)
                theirs = contacts[contact].get(row.field, "")
        except DifferenceRefused:
            theirs = ""
        except GoHighLevelError as error:
            problem = error.sentence
        shown.append(ShownDifference(row, getattr(row.lead, row.field), theirs))
    return shown, problem


def _contact(connection: Connection, client: Client, lead: Lead) -> dict[str, str]:
    """What GoHighLevel has of the compared fields, cleaned as everything from there."""
    try:
        answer = client.get(f"/contacts/{lead.external_id}")
    except NotThere as gone:
        raise DifferenceRefused(NO_SUCH_CONTACT) from gone
    found = lead_of(answer.get("contact") or {}, settings_of(connection))
    if found is None:
        return {}
    return {name: str(getattr(found, name)) for name in WRITTEN_FIELDS}


def settle(row_id: str, side: str, client: Client) -> str:
    """Take one side's value; a sentence of what was done.

    Raises DifferenceRefused, GoHighLevelError, or ValidationError for a value of theirs
    that a lead can't have.
    """
    rows = FieldDifference.objects.select_related("connection", "lead")
    difference = rows.filter(pk=row_id).first()
    if difference is None:
        raise DifferenceRefused(NO_LONGER)
    label = difference.get_field_display()
    if side == OURS:
        _write(difference, client)
        return f"{label} written to GoHighLevel."
    theirs = _contact(difference.connection, client, difference.lead)
    _take(difference, theirs.get(difference.field, ""))
    return f"{label} taken from GoHighLevel."


def _write(difference: FieldDifference, client: Client) -> None:
    lead, field = difference.lead, difference.field
    if not (value := getattr(lead, field)):
        raise DifferenceRefused(NOTHING_HERE)
    client.put(f"/contacts/{lead.external_id}", {WRITTEN_FIELDS[field]: value})
    _settled(difference, value, is_ours=True)


def _take(difference: FieldDifference, value: str) -> None:
    if not value:
        raise DifferenceRefused(NOTHING_THERE)
    with not_sent():
        locked = Lead.objects.select_for_update(no_key=True).filter(
            pk=difference.lead_id
        )
        lead = locked.first()
        if lead is None:
            raise DifferenceRefused(NO_LONGER)
        setattr(lead, difference.field, value)
        lead.full_clean()
        lead.save(update_fields={difference.field, "updated_at"})
        _settled(difference, value, is_ours=False)


@transaction.atomic
def _settled(difference: FieldDifference, value: str, *, is_ours: bool) -> None:
    """Both are equal now: a field that changed too often may change again."""
    KnownThere.objects.filter(
        connection=difference.connection,
        lead=difference.lead_id,
        field=difference.field,
    ).update(parked_at=None, changes=0)
    known = KnownValue(difference.connection, [difference.lead_id])
    known.note(
        difference.lead_id, difference.field, value, clock.now(), is_ours=is_ours
    )
    difference.delete()
