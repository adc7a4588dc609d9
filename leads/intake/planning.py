"""What a row means: a new lead, something new about a known one, or nothing new.

Pure: it compares an incoming lead with the directory of known ones and decides; it
reads and writes no database.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.answered import BACKFILLED_AFTER
from leads.arrivals import Arrival
from leads.contact import email_key, is_same_phone
from leads.intake.incoming import NO_CONTACT, IncomingLead
from leads.intake.refusals import RowRefused
from leads.intake.synonyms import source_of
from leads.services.matching import (
    CALLER,
    Directory,
    Known,
    is_somebody_else,
    names_agree,
)
from medspa.ids import new_id
from medspa.reading.word_keys import key

OTHER_PERSON = (
    "This contact ID belongs to a lead with another first name, email and phone. "
    "Nothing was changed."
)
EMAIL_IS_TAKEN = (
    "This contact was deleted here, and another lead has its email now. "
    "Nothing was changed."
)
CONTACT = ("email", "phone")
NO_FIRST_NAME = "A first name is required. Last names aren't stored."


class Remark(StrEnum):
    """What people should know of a row that was taken in."""

    OTHER_NAME = "other_name"
    SHARED_PHONE = "shared_phone"
    OTHER_CONTACT = "other_contact"
    BACKFILLED = "backfilled"
    SECOND_KEPT = "second_kept"
    SECOND_LEFT_OUT = "second_left_out"


@dataclass(frozen=True)
class ClinicNames:
    """The ids of the clinic's tags, campaigns, open stages and people, and the codes
    of its procedures and sources, by the keys of their names."""

    tags: Mapping[str, str]
    campaigns: MutableMapping[str, str]
    stages: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    procedures: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    # What procedures usually cost, by their codes.
    usual_values: Mapping[str, int] = field(default_factory=dict)

    def source_of(self, word: str) -> str:
        """The code of the source; `other` for a word that nobody knows."""
        return named(self.sources, word) or source_of(word)

    def procedure_of(self, word: str) -> str:
        """The procedure's code; empty for a word that names none."""
        return named(self.procedures, word)


def named(names: Mapping[str, str], word: str) -> str:
    """What a word names; without a word the names are not read."""
    return names.get(key(word), "") if word else ""


@dataclass(frozen=True)
class LeadPlan:
    """What is to be written for one row. `changes` are Lead fields and their values.

    Only a new lead has a `created_at`.
    """

    lead_id: str
    is_restored: bool = False
    changes: dict[str, str] = field(default_factory=dict)
    created_at: datetime | None = None
    created_time_known: bool = True
    tag_ids: frozenset[str] = frozenset()
    submitted_at: datetime | None = None
    form: str = ""
    procedure: str = ""
    value_cents: int = 0
    # Only of a new lead; empty for the first stage.
    stage_id: str = ""
    remarks: frozenset[Remark] = frozenset()
    # Further emails and phones that the lead gets.
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    # How they came this time, with the campaign and the platform that it names.
    arrival: Arrival | None = None
    arrived_by: dict[str, str] = field(default_factory=dict)
    # What was written besides, each as its kind and id: `form:…`, `contact:…`.
    added: list[str] = field(default_factory=list, compare=False)

    @property
    def is_new(self) -> bool:
        return self.created_at is not None

    @property
    def is_empty(self) -> bool:
        return not (
            self.is_new
            or self.is_restored
            or self.changes
            or self.tag_ids
            or self.submitted_at
            or self.arrival
            or self.value_cents
            or self.emails
            or self.phones
        )


def plan_lead(
    row: IncomingLead,
    directory: Directory,
    names: ClinicNames,
    *,
    default_source: str,
    now: datetime,
) -> LeadPlan:
    """What `row` means, noted in `directory` so that later rows see it.

    Raises RowRefused for a new lead without a contact or a first name, for a contact
    id that belongs to another person, and for a deleted lead whose email another has.
    """
    known = directory.find(row)
    if known is None:
        return _plan_new(row, directory, names, default_source, now)
    if is_somebody_else(known, row):
        raise RowRefused(OTHER_PERSON)
    if known.is_deleted and directory.with_email(row.email or known.email):
        raise RowRefused(EMAIL_IS_TAKEN)
    by_id = bool(row.external_id) and known.external_id == row.external_id
    changes = _changes(row, known, names, may_replace=by_id)
    if known.external_id != row.external_id and directory.has_external_id(
        row.external_id
    ):
        changes.pop("external_id", None)
    if not (by_id or row.first_name or _same_email(row, known)):
        # Met by a phone alone, which may be somebody else's, too.
        changes.pop("email", None)
    decided = LeadPlan(
        known.id,
        is_restored=known.is_deleted,
        changes=changes,
        remarks=frozenset() if by_id else _remarks(row, known, changes),
        **_belongings(row, known, names, row.submitted_at),
    )
    is_sure = by_id or names_agree(known, row)
    decided = _with_further(decided, row, known, may_keep=is_sure)
    _note(decided, known, directory)
    return decided


def _same_email(row: IncomingLead, known: Known) -> bool:
    key_of_row = email_key(row.email)
    return bool(row.email) and key_of_row in {email_key(known.email), *known.further}


def _remarks(
    row: IncomingLead, known: Known, changes: dict[str, str]
) -> frozenset[Remark]:
    """What of the row is not written, because the lead has something else."""
    found = set()
    if row.first_name and not (names_agree(known, row) or "first_name" in changes):
        found.add(Remark.OTHER_NAME)
    for name in ("email", "phone"):
        new, old = getattr(row, name), getattr(known, name)
        is_known = _same(name, new, old) or email_key(new) in known.further
        if new and name not in changes and not is_known:
            found.add(Remark.OTHER_CONTACT)
    return frozenset(found)


def _plan_new(
    row: IncomingLead,
    directory: Directory,
    names: ClinicNames,
    default_source: str,
    now: datetime,
) -> LeadPlan:
    if not row.is_recognizable:
        raise RowRefused(NO_CONTACT)
    if not (row.first_name or row.name_if_new):
        raise RowRefused(NO_FIRST_NAME)
    known = Known(new_id())
    changes = {"first_name": row.name_if_new}
    changes |= _changes(row, known, names, may_replace=True)
    created_at = row.created_at or now
    submitted_at = (row.submitted_at or created_at) if row.form else None
    remarks = set()
    if row.phone and directory.with_phone(row.phone):
        remarks.add(Remark.SHARED_PHONE)
    if created_at < now - BACKFILLED_AFTER:
        remarks.add(Remark.BACKFILLED)
    decided = LeadPlan(
        known.id,
        changes=changes | {"source": names.source_of(row.source) or default_source},
        created_at=created_at,
        created_time_known=row.created_time_known,
        stage_id=named(names.stages, row.stage),
        remarks=frozenset(remarks),
        **_belongings(row, known, names, submitted_at),
    )
    decided = _with_further(decided, row, known, may_keep=True)
    _note(decided, known, directory)
    return decided


def _with_further(
    decided: LeadPlan, row: IncomingLead, known: Known, *, may_keep: bool
) -> LeadPlan:
    """The row's second emails and phones, unless it may be about somebody else."""
    if not (row.more_emails or row.more_phones):
        return decided
    now = {name: decided.changes.get(name) or getattr(known, name) for name in CONTACT}
    emails = tuple(
        email
        for email in row.more_emails
        if email_key(email) not in {email_key(now["email"]), *known.further}
    )
    phones = tuple(
        phone
        for phone in row.more_phones
        if not any(is_same_phone(phone, one) for one in (now["phone"], *known.further))
    )
    if not emails and not phones:
        return decided
    remark = Remark.SECOND_KEPT if may_keep else Remark.SECOND_LEFT_OUT
    decided = replace(decided, remarks=decided.remarks | {remark})
    return replace(decided, emails=emails, phones=phones) if may_keep else decided


def _changes(
    row: IncomingLead, known: Known, names: ClinicNames, *, may_replace: bool
) -> dict[str, str]:
    """Empty fields are filled; contact data of the same contact id is replaced; where
    a lead came from and who works on it is never overwritten."""
    changes = {}
    for name in ("first_name", "email", "phone"):
        new, old = getattr(row, name), getattr(known, name)
        if new and email_key(new) in known.further:
            continue
        is_other = may_replace and not _same(name, new, old)
        is_empty = not old or (name == "first_name" and old == CALLER)
        if new and (is_empty or is_other or _adds_extension(name, new, old)):
            changes[name] = new
    if_empty = {
        "external_id": row.external_id,
        "campaign_id": named(names.campaigns, row.campaign_name),
        "ad_platform": row.ad_platform,
        "assigned_to_id": named(names.people, row.assigned_to),
    }
    for name, new in if_empty.items():
        if new and not getattr(known, name):
            changes[name] = new
    return changes


def _same(name: str, new: str, old: str) -> bool:
    match name:
        case "email":
            return email_key(new) == email_key(old)
        case "phone":
            return is_same_phone(new, old)
    return new == old


def _adds_extension(name: str, new: str, old: str) -> bool:
    return name == "phone" and is_same_phone(new, old) and len(new) > len(old)


def _belongings(
    row: IncomingLead, known: Known, names: ClinicNames, submitted_at: datetime | None
) -> dict[str, Any]:
    """Of a plan: tags, form and opportunity that the lead doesn't have yet."""
    procedure = procedure_of_row(row, names)
    value = row.expected_value
    if row.arrival:
        # Who fills in a form names what they want, and not what it costs.
        value = value or names.usual_values.get(procedure)
    wants_opportunity = procedure and value and not known.has_opportunity
    is_new_form = submitted_at is not None and submitted_at not in known.submitted_at
    is_known_form = submitted_at is not None and not is_new_form
    found: dict[str, Any] = {} if is_known_form else _arrival(row, names)
    return found | {
        "tag_ids": frozenset(_tags_of(row, procedure, names) - known.tag_ids),
        "submitted_at": submitted_at if is_new_form else None,
        "form": row.form,
        "procedure": procedure if wants_opportunity else "",
        "value_cents": (value or 0) if wants_opportunity else 0,
    }


def _arrival(row: IncomingLead, names: ClinicNames) -> dict[str, Any]:
    if row.arrival is None:
        return {}
    campaign_id = named(names.campaigns, row.campaign_name)
    by = {"campaign_id": campaign_id, "ad_platform": row.ad_platform}
    return {"arrival": row.arrival, "arrived_by": by}


def procedure_of_row(row: IncomingLead, names: ClinicNames) -> str:
    """The row's procedure, or the one that its tags name if they name only one."""
    if own := names.procedure_of(row.procedure):
        return own
    named = {names.procedure_of(tag) for tag in row.tags} - {""}
    return named.pop() if len(named) == 1 else ""


def _tags_of(row: IncomingLead, procedure: str, names: ClinicNames) -> set[str]:
    """With the tags that are called like the procedure that a visitor asked for."""
    found = _tag_ids(row.tags, names)
    if row.arrival and procedure:
        found |= {
            tag
            for word, tag in names.tags.items()
            if names.procedure_of(word) == procedure
        }
    return found


def _tag_ids(tags: Iterable[str], names: ClinicNames) -> set[str]:
    return {names.tags[key(tag)] for tag in tags if key(tag) in names.tags}


def _note(decided: LeadPlan, known: Known, directory: Directory) -> None:
    for name, value in decided.changes.items():
        if name != "source":
            setattr(known, name, value)
    known.is_deleted = False
    known.further |= {*map(email_key, decided.emails), *decided.phones}
    known.tag_ids |= decided.tag_ids
    known.has_opportunity = known.has_opportunity or bool(decided.value_cents)
    if decided.submitted_at:
        known.submitted_at.add(decided.submitted_at)
    directory.add(known)
