"""What keys do, in the audit log.

Each write is a line, in its own transaction. Reading is a line a day for each key,
operation and thing, as it is for pages; a list with contacts is a line each time.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db import models, transaction

from api.keys.audit_kinds import (
    API_USED,
    CONTACTS_LISTED,
    ListedDetails,
    UseDetails,
)
from api.keys.checking import KeyHolder
from medspa.audit.events import record_event
from medspa.clinic_time import clinic_today

MOST_KEYS_REMEMBERED = 50_000

_lock = Lock()
_noted: "OrderedDict[tuple[str, ...], None]" = OrderedDict()


def note_write(holder: KeyHolder, act: str, subject: models.Model | None) -> None:
    _record(holder, act, subject)


def note_read(holder: KeyHolder, act: str, subject: models.Model | None) -> None:
    """Once a day; what this process has noted already needs no statement."""
    place = str(subject.pk) if subject else ""
    noted = (str(clinic_today()), holder.key.pk, act, place)
    if noted in _noted:
        return
    _record(holder, act, subject)
    transaction.on_commit(lambda: _remember(noted))


def note_contacts(holder: KeyHolder, act: str, rows: int) -> None:
    details = ListedDetails(key=holder.key.prefix, act=act, rows=rows)
    record_event(CONTACTS_LISTED, by=holder.person, subject=holder.key, details=details)


def _record(holder: KeyHolder, act: str, subject: Any) -> None:
    record_event(
        API_USED,
        by=holder.person,
        subject=subject or holder.key,
        details=UseDetails(key=holder.key.prefix, act=act),
    )


def _remember(noted: tuple[str, ...]) -> None:
    with _lock:
        _noted[noted] = None
        while len(_noted) > MOST_KEYS_REMEMBERED:
            _noted.popitem(last=False)
