"""The erasure ledger: a file of hashes, kept outside, replayed after every restore.

A line is the SHA-256 of a lead's id and the moment of its erasure. Whoever reads it
learns nothing about anybody; a restored database finds those who have to go again. The
last line signs all others, so nobody can have people erased by writing a file.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from medspa.audit.actors import acting
from medspa.audit.events import record_event
from medspa.refusals import Refused
from safekeeping.erasure import kinds
from safekeeping.erasure.erasing import AlreadyErased, erase_person, hash_of_id
from safekeeping.erasure.models import ErasedLead, SuppressedContact
from safekeeping.keys import signing_key

LEDGER_HEAD = "# MedSpa Growth Hub erasure ledger, version 1"
ERASED_LINE = re.compile(r"erased ([0-9a-f]{64}) (\S+)")
SUPPRESSED_LINE = re.compile(r"suppressed ([0-9a-f]{64}) (\S+)")
SIGNATURE_LINE = "signature "
HASHES_AT_ONCE = 1_000
# A lead's id hashed by the database, as `hash_of_id` does.
BY_HASH = """
SELECT id FROM leads_lead
WHERE encode(sha256(convert_to(id, 'UTF8')), 'hex') = ANY(%s) ORDER BY id
"""


class LedgerRefused(Refused):
    """The file is no ledger; nothing was erased."""

    code = "ledger_refused"


@dataclass(frozen=True)
class Replayed:
    """How many people were erased again, and how many the ledger names."""

    erased: int
    named: int


def export_ledger() -> str:
    """The whole ledger as text, for a place outside the database."""
    text = "\n".join([LEDGER_HEAD, *_lines()]) + "\n"
    return f"{text}{SIGNATURE_LINE}{_signature_of(text)}\n"


def _signature_of(text: str) -> str:
    return hmac.new(signing_key(), text.encode(), hashlib.sha256).hexdigest()


def signed_lines(text: str) -> list[str]:
    """The lines signed here; raises LedgerRefused for a changed or cut file."""
    content, mark, signature = text.rpartition(SIGNATURE_LINE)
    expected = _signature_of(content).encode()
    if not mark or not hmac.compare_digest(signature.strip().encode(), expected):
        raise LedgerRefused("This is no erasure ledger of this site, or not all of it.")
    return content.splitlines()


def write_ledger(path: Path) -> int:
    """Write it to a file, which appears complete or not at all; how many leads."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(export_ledger())
    draft.replace(path)
    return ErasedLead.objects.count()


def _lines() -> Iterator[str]:
    for row in ErasedLead.objects.iterator():
        yield f"erased {row.id_hash} {row.erased_at.isoformat()}"
    for contact in SuppressedContact.objects.order_by("digest").iterator():
        yield f"suppressed {contact.digest} {contact.added_at.isoformat()}"


def replay(text: str) -> Replayed:
    """Erase everybody whom the ledger names and who is there again.

    Each person is a transaction of its own, so it may be done again after a failure.
    Raises LedgerRefused.
    """
    erased, suppressed = _parse(signed_lines(text))
    SuppressedContact.objects.bulk_create(
        [SuppressedContact(digest=one, added_at=at) for one, at in suppressed.items()],
        ignore_conflicts=True,
        batch_size=HASHES_AT_ONCE,
    )
    hashes, done = list(erased), 0
    with acting("erase --replay"):
        for start in range(0, len(hashes), HASHES_AT_ONCE):
            done += _erase_again(hashes[start : start + HASHES_AT_ONCE], erased)
        if done:
            record_event(kinds.ERASURE_REPLAYED, details=kinds.Rows(rows=done))
    return Replayed(done, len(erased))


def _erase_again(hashes: list[str], erased: dict[str, datetime]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BY_HASH, [hashes])
        ids = [pk for (pk,) in cursor.fetchall()]
    done = 0
    for pk in ids:
        try:
            # Who may not come in stands in the ledger by itself.
            erase_person(pk, is_suppressed=False, replayed_at=erased[hash_of_id(pk)])
            done += 1
        except AlreadyErased:
            continue
    return done


def _parse(lines: Iterable[str]) -> tuple[dict[str, datetime], dict[str, datetime]]:
    erased: dict[str, datetime] = {}
    suppressed: dict[str, datetime] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if number == 1 and text != LEDGER_HEAD:
            raise LedgerRefused("This is no erasure ledger of this version.")
        if not text or text.startswith("#"):
            continue
        for known, shape in ((erased, ERASED_LINE), (suppressed, SUPPRESSED_LINE)):
            if found := shape.fullmatch(text):
                known[found[1]] = _moment(found[2], number)
                break
        else:
            raise LedgerRefused(f"Line {number} of the ledger can't be read.")
    return erased, suppressed


def hashes_in(text: str) -> set[str]:
    """The hashes of the leads that a ledger names; raises LedgerRefused."""
    return set(_parse(signed_lines(text))[0])


def _moment(text: str, number: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise LedgerRefused(f"Line {number} of the ledger has no moment.") from error
    if at.tzinfo is None:
        raise LedgerRefused(f"Line {number} of the ledger has no moment.")
    return at
