"""The body of a workflow's webhook: the contact fields of it that may be stored.

A workflow spreads every custom field at the top level under its label, questions about
health among them, so that only the keys below are looked at. They may also stand in
`customData`, which is what the clinic types into the action; those count first.
"""

from collections.abc import Mapping
from typing import Any

from connections.gohighlevel.reading import text_of
from leads.choices import Source
from leads.intake.incoming import IncomingLead
from leads.intake.refusals import RowRefused
from leads.intake.synonyms import TAG_WORDS, source_of
from medspa.reading.short_names import says_nothing_about_somebody
from medspa.reading.word_keys import key

# Our field, and the keys that it may have.
FIELDS: dict[str, tuple[str, ...]] = {
    "external_id": ("contact_id",),
    "first_name": ("first_name", "firstName"),
    "full_name": ("full_name",),
    "email": ("email",),
    "phone": ("phone",),
    "source": ("source", "contact_source"),
    "campaign_name": ("campaign_name", "utm_campaign"),
    "ad_platform": ("ad_platform", "utm_source"),
    "tags": ("tags",),
    "created_at": ("date_created",),
}
NESTED = ("customData", "contact")
WORKFLOW_KEYS = frozenset({name for names in FIELDS.values() for name in names})
STORED = {
    "external_id",
    "first_name",
    "email",
    "phone",
    "source",
    "campaign_name",
    "ad_platform",
    "tags",
    "created_at",
    "created_time_known",
}


def workflow_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `IncomingLead` keeps of it, ready for JSON; empty without a contact id.

    A delivery may wait in the queue, so words that staff typed freely are left out:
    tags that are no treatment words, sources that nobody knows.
    """
    typed = body.get("customData")
    own: Mapping[str, Any] = typed if isinstance(typed, dict) else {}
    cells = {
        field: text_of(own, *names) or text_of(body, *names)
        for field, names in FIELDS.items()
    }
    campaign = cells["campaign_name"] or _attributed(body)
    safe = says_nothing_about_somebody(campaign)
    cells["campaign_name"] = campaign if safe else ""
    cells["tags"] = ",".join(
        TAG_WORDS[key(tag)] for tag in cells["tags"].split(",") if key(tag) in TAG_WORDS
    )
    source = source_of(cells["source"])
    cells["source"] = "" if source == Source.OTHER else source
    try:
        lead = IncomingLead.read(cells)
    except RowRefused:
        return {}
    return lead.model_dump(mode="json", include=STORED) if lead.external_id else {}


def _attributed(body: Mapping[str, Any]) -> str:
    """The campaign of the first touch, which stands nested."""
    contact = body.get("contact")
    source = contact.get("attributionSource") if isinstance(contact, dict) else None
    return (
        text_of(source, "campaign", "utmCampaign") if isinstance(source, dict) else ""
    )
