"""The fields of a lead that may come in: the allow-list that every importer ends in.

An importer's schema has only these fields; whatever else is sent is dropped while it
is read, before anything is logged, stored or reported.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from leads import privacy
from leads.arrivals import Arrival
from leads.intake import synonyms, values
from leads.intake.refusals import RowRefused
from medspa.clinic_time import clinic_zone
from medspa.reading.cleaning import clean_text, is_placeholder

MAX_TAGS = 50
MAX_MORE_CONTACTS = 5
MAX_WORD_LENGTH = 120
# A longer cell is a note in the wrong column.
MAX_CELL_LENGTH = 2_000
# In the order of the forms: field, and what people call it.
INCOMING_FIELDS = {
    "first_name": "First name",
    "full_name": "Full name (only the first name is kept)",
    "email": "Email",
    "phone": "Phone",
    "source": "Source",
    "campaign_name": "Campaign",
    "ad_platform": "Ad platform",
    "tags": "Tags",
    "procedure": "Procedure",
    "expected_value": "Expected value",
    "stage": "Stage",
    "assigned_to": "Assigned to",
    "created_at": "Created",
    "external_id": "GoHighLevel contact ID",
}
IDENTIFYING = ("external_id", "email", "phone")
NO_CONTACT = "No email, phone or contact ID."
# What a field holds in a row: one cell, or those of several columns, the best first.
Cells = str | Sequence[str]


def _word(text: str) -> str:
    return " ".join(text.split())[:MAX_WORD_LENGTH]


def _tags(text: str) -> tuple[str, ...]:
    found = (_word(part) for part in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in found if tag))[:MAX_TAGS]


class Created(NamedTuple):
    """When somebody was created; where only the day is known, its first moment."""

    at: datetime
    is_time_known: bool


@dataclass(frozen=True)
class Reading:
    """How the cells of one file are read, where one cell alone does not tell."""

    is_day_first: bool = False

    def created(self, text: str) -> Created:
        at = values.read_moment(text, clinic_zone(), is_day_first=self.is_day_first)
        return Created(at, values.says_time(text))


DEFAULT_READING = Reading()
# Cells into which people write more than one.
SEVERAL_IN_A_CELL: Mapping[str, Callable[[str], list[str]]] = {
    "email": values.emails_in,
    "phone": values.phones_in,
}
Read = Callable[[str], Any]
# Each raises ValueError with a sentence of ours for a cell that can't be read.
READERS: dict[str, Read] = {
    "external_id": values.read_contact_id,
    "first_name": privacy.keep_given_name,
    "email": values.read_email,
    "phone": values.read_phone,
    "source": _word,
    "campaign_name": _word,
    "ad_platform": synonyms.platform_of,
    "tags": _tags,
    "procedure": _word,
    "expected_value": values.read_cents,
    "stage": _word,
    "assigned_to": _word,
}


class IncomingLead(BaseModel):
    """One lead as an importer reads it. Empty means "unknown", never "clear this".

    `unreadable` names the fields with a cell that could not be read and was dropped;
    `more_emails` and `more_phones` are what the same cell or further columns hold.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    external_id: str = ""
    first_name: str = ""
    # What a new lead is called that has no first name; without it there is none.
    name_if_new: str = ""
    email: str = ""
    phone: str = ""
    source: str = ""
    campaign_name: str = ""
    ad_platform: str = ""
    tags: tuple[str, ...] = ()
    procedure: str = ""
    expected_value: int | None = None
    stage: str = ""
    assigned_to: str = ""
    created_at: datetime | None = None
    created_time_known: bool = True
    # When the person filled in a form, for importers of forms.
    submitted_at: datetime | None = None
    form: str = ""
    # Of somebody who came in by themselves.
    arrival: Arrival | None = None
    unreadable: frozenset[str] = frozenset()
    more_emails: tuple[str, ...] = ()
    more_phones: tuple[str, ...] = ()

    @property
    def is_recognizable(self) -> bool:
        """Whether the next import would find this person again."""
        return bool(self.external_id or self.email or self.phone)

    @classmethod
    def read(
        cls,
        cells: Mapping[str, Cells],
        reading: Reading = DEFAULT_READING,
        *,
        form: str = "",
    ) -> "IncomingLead":
        """The lead in a row's cells; raises RowRefused for one without a contact.

        A cell that can't be read costs only itself. With a `form`, the row is one
        that the person sent when they were created.
        """
        texts = filled(cells)
        for name, parts in SEVERAL_IN_A_CELL.items():
            texts[name] = tuple(
                part
                for text in texts.get(name, ())
                for part in ([text] if len(text) > MAX_CELL_LENGTH else parts(text))
            )
        found: dict[str, Any] = {"first_name": given_name(texts)}
        unreadable: dict[str, str] = {}
        for name, read in (READERS | {"created_at": reading.created}).items():
            read_values = _readable(name, read, texts.get(name, ()), unreadable)
            if read_values and name != "first_name":
                found[name] = read_values[0]
            if name in ("email", "phone"):
                found[f"more_{name}s"] = _others(read_values)
        if created := found.pop("created_at", None):
            found["created_at"], found["created_time_known"] = created
        if form:
            found |= {"form": form, "submitted_at": found.get("created_at")}
        lead = cls(**found, unreadable=frozenset(unreadable))
        if not lead.is_recognizable:
            raise RowRefused(_no_contact(unreadable))
        return lead


def filled(cells: Mapping[str, Cells]) -> dict[str, tuple[str, ...]]:
    """Each field's cells, cleaned, without those that say they have no value."""
    found = {}
    for name, texts in cells.items():
        cleaned = map(clean_text, (texts,) if isinstance(texts, str) else texts)
        for_a_name = name in ("first_name", "full_name")
        found[name] = tuple(
            text
            for text in cleaned
            if text and not is_placeholder(text, for_a_name=for_a_name)
        )
    return found


def _readable(
    name: str, read: Read, texts: Sequence[str], unreadable: dict[str, str]
) -> list[Any]:
    """What can be read of the cells, in their order; why not, in `unreadable`."""
    found = []
    for text in texts:
        try:
            if len(text) > MAX_CELL_LENGTH:
                raise ValueError("The cell is too long.")
            value = read(text)
        except ValueError as error:
            unreadable.setdefault(name, str(error))
        else:
            found += [value] if value else []
    return found


def _others(found: Sequence[str]) -> tuple[str, ...]:
    """The second to the last, each once, as far as a lead keeps so many."""
    others = dict.fromkeys(text for text in found[1:] if text != found[0])
    return tuple(others)[:MAX_MORE_CONTACTS]


def _no_contact(unreadable: Mapping[str, str]) -> str:
    """Our own sentences; never a value."""
    reasons = (
        f"{INCOMING_FIELDS[name]}: {unreadable[name]}"
        for name in IDENTIFYING
        if name in unreadable
    )
    return " ".join((NO_CONTACT, *reasons))


def given_name(texts: Mapping[str, Sequence[str]]) -> str:
    """The first name; from a full name only what privacy lets through."""
    kept = chain(
        map(privacy.keep_given_name, texts.get("first_name", ())),
        map(privacy.keep_from_full_name, texts.get("full_name", ())),
    )
    return next(filter(None, kept), "")
