"""Ids of other systems that stand here in plain text become their fingerprints.

GoHighLevel's stay as they are. Ids of people of a kind that isn't taken in any more are
deleted: nothing would find them. What is fingerprinted can't be read again, so going back
leaves it. Each page of rows is a transaction; a run that was stopped goes on.
"""

import re

from django.db import migrations, transaction
from django.db.models import Q

from connections.door_parts.foreign_ids import FINGERPRINT, GOHIGHLEVEL, stored_id
from connections.doors.connect import ID_KINDS

ROWS = 2_000
# What a file puts behind an id: the number of a repeated row, and what was refunded.
ENDING = re.compile(r"(?P<id>.+?)(?P<number>:\d{1,5})?(?P<refund>:refunded:\d{1,12})?")


def fill(apps, schema_editor):
    external_ids, outcomes, waiting = (
        apps.get_model("connections", name).objects
        for name in ("ExternalId", "ItemOutcome", "UnmatchedEvent")
    )
    unknown = external_ids.filter(system="connect").exclude(lead=None)
    unknown.exclude(kind__in=ID_KINDS).delete()
    plain = external_ids.exclude(system=GOHIGHLEVEL).order_by("pk")
    numbered = set(
        plain.filter(value__regex=r":\d{1,5}").values_list("value", flat=True)
    )
    first = set(
        plain.filter(value__in={part["id"] for part in map(_parts, numbered)})
        .values_list("value", flat=True)
        .distinct()
    )

    def fresh(text):
        parts = _parts(text)
        number, refund = parts["number"] or "", parts["refund"] or ""
        if number and parts["id"] not in first:
            return stored_id(f"{parts['id']}{number}") + refund
        return stored_id(parts["id"]) + number + refund

    _rewrite(outcomes.filter(_of_others(external_ids, waiting)), ["object_id"], fresh)
    _rewrite(waiting.exclude(system=GOHIGHLEVEL), ["object_id", "parent_id"], fresh)
    _rewrite(external_ids.exclude(system=GOHIGHLEVEL), ["value"], fresh)


def _parts(text):
    match = ENDING.fullmatch(text)
    return match.groupdict() if match else {"id": text, "number": "", "refund": ""}


def _of_others(external_ids, waiting):
    """Outcomes of a file don't name its system: not those that GoHighLevel's ids have."""
    ghl = external_ids.filter(system=GOHIGHLEVEL).values("value")
    waits = waiting.filter(system=GOHIGHLEVEL).values("object_id")
    of_file = Q(connection=None) & ~Q(object_id__in=ghl) & ~Q(object_id__in=waits)
    return of_file | (Q(connection__isnull=False) & ~Q(connection__door=GOHIGHLEVEL))


def _rewrite(rows, names, fresh):
    after = ""
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:ROWS]):
        for row in page:
            for name in names:
                text = getattr(row, name)
                if text and not FINGERPRINT.fullmatch(text):
                    setattr(row, name, fresh(text))
        with transaction.atomic():
            rows.model.objects.bulk_update(page, names)
        after = page[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("connections", "0016_changes_for_nobody")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
