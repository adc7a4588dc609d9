"""The clinic's own web form: what a visitor of its website enters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from connections.door import (
    Context,
    Delivery,
    Door,
    Marker,
    Projection,
    dropped_names,
    hash_of,
)
from connections.door_parts.allow_list import keep_campaign_name
from connections.form_tokens import make_token, read_token
from connections.items import Item
from connections.refusals import NotSigned, UnreadableDelivery
from connections.strict_json import JSON
from leads.arrivals import PLATFORM_OF_CLICK, Arrival, click_of
from leads.intake import synonyms
from leads.intake.incoming import IncomingLead
from leads.privacy import keep_given_name
from medspa.json_columns import Schema
from medspa.reading.cleaning import clean_text
from medspa.reading.short_names import says_nothing_about_somebody

WEB_FORM_NAME = "web_form"
WEB_FORM_SECRET = "signing_secret"  # noqa: S105 - its name
WEB_FORM_MOST_BYTES = 16 * 1024
WEB_FORM_MOST_FIELDS = 40
LONGEST_VALUE = 300
UTM_FIELDS = ("utm_source", "utm_medium", "utm_campaign")
UTM = re.compile(r"[\w .+|/-]{1,100}")
# What is stored of the fields, by the shape that it has to have.
SHAPES = {
    "first_name": re.compile(r".{1,40}"),
    "email": re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}"),
    "phone": re.compile(r"[0-9+().\s/-]{5,40}((x|ext)[. ]*[0-9]{1,5})?", re.IGNORECASE),
    "procedure": re.compile(r"[A-Z][A-Z0-9]{0,19}"),
    **dict.fromkeys(UTM_FIELDS, UTM),
    # Whatever a campaign of ours may be called (`keep_campaign_name`).
    "utm_campaign": re.compile(".+"),
}
WEB_FORM_CONTACT = ("email", "phone")
CONSENTS = ("agree_email", "agree_text")
TOKEN = "token"  # noqa: S105 - a field of the form
# Sources that paid clicks of these platforms count as.
SOURCE_OF_PLATFORM = ("facebook", "instagram", "google", "tiktok")
ORGANIC = "organic"


class WebFormSettings(Schema):
    """The form's slug, and the source of leads that came by no ad."""

    form: str = ""
    source: str = "website"


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    """The page's token was made by us for this form, within a day."""
    token = _fields(delivery).get(TOKEN, "")
    if not secrets.get(WEB_FORM_SECRET):
        raise NotSigned("This form is closed.")
    read_token(secrets[WEB_FORM_SECRET], token, delivery.received_at)


def read(delivery: Delivery) -> Sequence[Projection]:
    """What was entered, the boxes that were ticked, and the ad's traces."""
    fields = _fields(delivery)
    made, version, nonce, _ = fields.get(TOKEN, "...").split(".", 3)
    if not (made and version and nonce):
        raise UnreadableDelivery("The form was sent without its token.")
    data: dict[str, JSON] = {
        name: kept for name in SHAPES if (kept := _kept(name, fields.get(name, "")))
    }
    kind, click_id = click_of(fields)
    if kind:
        data |= {"click_kind": kind, "click_id": click_id}
    data |= {name: True for name in CONSENTS if fields.get(name)}
    data["wording_version"] = int(version)
    # A double click is one submission, a corrected form another one.
    key = f"{nonce}.{hash_of(data)}"
    data["submitted_at"] = delivery.received_at.astimezone(UTC).isoformat()
    known = {*SHAPES, *CONSENTS, TOKEN, kind}
    return [Projection("submission", key, data, dropped_names(fields, known))]


def _kept(name: str, text: str) -> str:
    """A name is cut to the given name; of the rest only what has the field's shape."""
    if name == "first_name":
        return keep_given_name(text)
    if name == "utm_campaign":
        return keep_campaign_name(text)
    is_kept = SHAPES[name].fullmatch(text) and (
        name in WEB_FORM_CONTACT or says_nothing_about_somebody(text)
    )
    return text if is_kept else ""


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    """One lead that filled in the form."""
    settings = WebFormSettings.model_validate(context.settings.model_dump())
    data = projection.data

    def text(name: str) -> str:
        return str(data.get(name, ""))

    kind = text("click_kind")
    platform = PLATFORM_OF_CLICK.get(kind, "") or _platform(data)
    lead = IncomingLead.read(
        {
            "first_name": text("first_name"),
            "email": text("email"),
            "phone": text("phone"),
            "procedure": text("procedure"),
            "campaign_name": text("utm_campaign"),
            "ad_platform": platform,
            "source": _source(data, platform) or settings.source,
        }
    )
    arrival = Arrival(
        door=WEB_FORM_NAME,
        form=settings.form,
        click_kind=kind,
        click_id=text("click_id"),
        agreed_to_email=bool(data.get("agree_email")),
        agreed_to_text=bool(data.get("agree_text")),
        wording_version=int(text("wording_version")),
    )
    at = datetime.fromisoformat(text("submitted_at"))
    came = {
        "arrival": arrival,
        "form": settings.form,
        "submitted_at": at,
        "created_at": at,
    }
    return [lead.model_copy(update=came)]


def _platform(data: Mapping[str, JSON]) -> str:
    if data.get("utm_medium") == ORGANIC:
        return ""
    return synonyms.platform_of(str(data.get("utm_source", "")))


def _source(data: Mapping[str, JSON], platform: str) -> str:
    """By the ad's platform, else by the address's words; empty if they say nothing."""
    if data.get("utm_medium") == ORGANIC:
        return ORGANIC
    if platform in SOURCE_OF_PLATFORM:
        return platform
    found = synonyms.source_of(str(data.get("utm_source", "")))
    return "" if found == "other" else found


def _fields(delivery: Delivery) -> dict[str, str]:
    """The fields of the form, cleaned; raises Unreadable for what no form sends."""
    if len(delivery.body) > WEB_FORM_MOST_BYTES:
        raise UnreadableDelivery("The form is larger than 16 KB.", "too_large")
    try:
        pairs = parse_qsl(
            delivery.body.decode("ascii"), strict_parsing=True, errors="strict",
            max_num_fields=WEB_FORM_MOST_FIELDS,
        )  # fmt: skip
    except ValueError:
        raise UnreadableDelivery("The form can't be read.") from None
    if len(dict(pairs)) != len(pairs) or any("\0" in value for _, value in pairs):
        raise UnreadableDelivery("The form can't be read.")
    return {name: clean_text(value[:LONGEST_VALUE]) for name, value in pairs}


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    """With a token in the body, as the form's own page has it."""
    token = make_token(secrets[WEB_FORM_SECRET], 1, delivery.received_at)
    parts = [delivery.body, urlencode({TOKEN: token}).encode()]
    return replace(delivery, body=b"&".join(filter(None, parts)))


def canaries(marker: Marker) -> Sequence[Delivery]:
    """A visitor's form with fields that it doesn't have."""
    entered = {
        "first_name": f"Ana {marker('a last name after the first')}",
        "last_name": marker("last_name"),
        "message": marker("message"),
        "date_of_birth": marker("date_of_birth"),
        "email": f"ana.canary@example.com {marker('behind the email')}",
        "phone": "(617) 555-0149",
        "mobile": marker("a second phone"),
        "procedure": marker("procedure"),
        "utm_campaign": f"{marker('utm_campaign')}@example.com",
        "utm_content": marker("utm_content"),
        "utm_term": marker("utm_term"),
        "website": marker("honeypot"),
    }
    return [
        Delivery(
            urlencode(entered).encode(),
            content_type="application/x-www-form-urlencoded",
            received_at=datetime.now(UTC),
        )
    ]


DOOR = Door(
    name=WEB_FORM_NAME,
    title="Web form",
    secrets=(WEB_FORM_SECRET,),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    settings=WebFormSettings,
    lead_source="website",
    brings="Leads from forms on your website",
    own_page="web_forms",
)
