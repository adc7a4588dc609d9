"""Who read which lead: one line of the audit log a day, person and lead.

Opening a lead's page is reading it; lists and the board are not. What this process has
noted already stands in its memory, so most pages need no query, and a first one costs
one INSERT. Another process, or one that was started again, may note it once more.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.db import transaction

from leads.models import Lead
from medspa.audit.events import audit_kind, record_event
from medspa.clinic_time import clinic_today

LEAD_READ = audit_kind("lead_read", "Lead viewed", "viewed a lead")
# About 10 MB; whoever reads more leads a day is noted again.
MOST_REMEMBERED = 50_000

_lock = Lock()
_noted: "OrderedDict[tuple[str, str, str], None]" = OrderedDict()


def note_read(lead: Lead, person: Any) -> None:
    """Once a day; the line is remembered when it is stored."""
    key = (str(clinic_today()), person.pk, lead.pk)
    if key in _noted:
        return
    record_event(LEAD_READ, by=person, subject=lead)
    transaction.on_commit(lambda: _remember(key))


def _remember(key: tuple[str, str, str]) -> None:
    with _lock:
        _noted[key] = None
        while len(_noted) > MOST_REMEMBERED:
            _noted.popitem(last=False)
