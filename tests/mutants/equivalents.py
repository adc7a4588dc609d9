"""Edits that nobody could notice, each with the reason; they are not planted.

An edit is named by its file, the line that it begins in, the code that it replaces and
what it puts there. One that no longer fits the code stops the run: the reason may have
gone with it.
"""

from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from tests.mutants.faults import Fault


class Equivalent(NamedTuple):
    path: str
    line: str
    was: str
    now: str
    why: str


EQUIVALENTS = (
    Equivalent(
        "commissions/engine/balances.py",
        "if due < draw.amount_cents:",
        "due < draw.amount_cents",
        "due <= draw.amount_cents",
        "exactly the draw needs nothing added and leaves nothing to recover from",
    ),
    Equivalent(
        "commissions/statements/drafts.py",
        "create_with_history(Statement, [row for _, row in created], is_clean=True)",
        "True",
        "False",
        "what the engine calculated is valid; asking again only takes time",
    ),
    Equivalent(
        "leads/services/matching.py",
        'yield from active.filter(email_index__in=emails).exclude(email_index=b"")',
        'active.filter(email_index__in=emails).exclude(email_index=b"")',
        "active.filter(email_index__in=emails)",
        "`emails` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/matching.py",
        'yield from active.filter(phone_index__in=phones).exclude(phone_index=b"")',
        'active.filter(phone_index__in=phones).exclude(phone_index=b"")',
        "active.filter(phone_index__in=phones)",
        "`phones` has no empty one; said again, PostgreSQL takes the partial index",
    ),
    Equivalent(
        "leads/services/matching.py",
        "merges = LeadMerge.objects.standing().filter(merged__in=unresolved.values())",
        "LeadMerge.objects.standing().filter(merged__in=unresolved.values())",
        "LeadMerge.objects.standing()",
        "merges of other leads are read in vain",
    ),
    Equivalent(
        "leads/services/merging.py",
        "lead.stays.filter(left_at=None).first() for lead in (survivor, merged)",
        "lead.stays.filter(left_at=None).first",
        "lead.stays.filter(left_at=None).last",
        "the database has at most one open stage period of a lead",
    ),
    Equivalent(
        "leads/services/merging.py",
        "Opportunity.all_objects.filter(lead=lead).first() "
        "for lead in (survivor, merged)",
        "Opportunity.all_objects.filter(lead=lead).first",
        "Opportunity.all_objects.filter(lead=lead).last",
        "a lead has one opportunity at most",
    ),
    Equivalent(
        "medspa/encryption/fields.py",
        "encrypted = self.pre_save(obj, add=False)",
        "False",
        "True",
        "`pre_save` encrypts a new row and an old one alike",
    ),
)


def without_equivalents(path: Path, faults: list[Fault]) -> list[Fault]:
    """The faults of a file that somebody could notice."""
    listed = {each[1:4] for each in EQUIVALENTS if Path(each.path) == path}
    source = (settings.BASE_DIR / path).read_text()
    named = {fault: _name(source, fault) for fault in faults}
    gone = listed - set(named.values())
    assert not gone, f"tests/mutants/equivalents.py lists what is not planted: {gone}"
    return [fault for fault in faults if named[fault] not in listed]


def _name(source: str, fault: Fault) -> tuple[str, str, str]:
    begin = source.rfind("\n", 0, fault.start) + 1
    line = source[begin:].partition("\n")[0].strip()
    return line, _words(source[fault.start : fault.end]), _words(fault.text)


def _words(code: str) -> str:
    return " ".join(code.split())
