"""Meta lead ads (Facebook and Instagram): ids by webhook, the lead by the Graph API.

A form's questions may have any key, `first_name` included. So the form is read, too:
an answer counts only when Meta says that its question is one of Meta's own types.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from connections import signatures, strict_json
from connections.door import Context, Delivery, Door, Fetch, Marker, Projection
from connections.door_parts.allow_list import (
    Allowed,
    AnyList,
    key_name,
    needed_id,
    optional_id,
    read_allowed,
)
from connections.door_parts.http_client import Api, fetch_from
from connections.items import Item
from connections.refusals import BadSignature
from connections.strict_json import JSON
from leads.choices import Source
from leads.intake.files.meta import MetaFile
from medspa import clock

META_HEADER = "x-hub-signature-256"
META_PREFIX = "sha256="
META_BASE_URL = "https://graph.facebook.com/v24.0"
META_NUMBER = "[0-9]{1,30}"
CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)
META_LEAD_FIELDS = "created_time,field_data,campaign_name,platform,is_organic,form_id"
# What Meta calls its own questions, and our fields.
QUESTION_TYPES = {
    "FIRST_NAME": "first_name",
    "FULL_NAME": "full_name",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE": "phone",
    "PHONE_NUMBER": "phone",
    "WORK_PHONE_NUMBER": "phone",
}
# What the tool for test leads fills every field with.
DUMMY = "<test lead: dummy data"


class MetaHint(Allowed):
    """Which lead to fetch."""

    leadgen_id: Annotated[str, needed_id(META_NUMBER)]
    form_id: Annotated[str, optional_id(META_NUMBER)] = ""
    page_id: Annotated[str, optional_id(META_NUMBER)] = ""


class MetaChange(Allowed):
    """Of other fields than `leadgen` a value is anything."""

    field: str
    value: Any = None


class Entry(Allowed):
    changes: Annotated[list[Any], AnyList] = []


class MetaBody(Allowed):
    object: str
    entry: Annotated[list[Any], AnyList] = []


class MetaAnswer(Allowed):
    name: str = ""
    values: Annotated[list[Any], AnyList] = []


class MetaQuestion(Allowed):
    key: str = ""
    type: str = ""


class MetaLead(Allowed):
    form_id: Annotated[str, optional_id(META_NUMBER)] = ""
    created_time: str = ""
    campaign_name: str = ""
    platform: str = ""
    is_organic: bool = False
    field_data: tuple[MetaAnswer, ...] = ()


class Form(Allowed):
    questions: tuple[MetaQuestion, ...] = ()


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    signature = signatures.header(delivery, META_HEADER)
    if not signature.startswith(META_PREFIX):
        raise BadSignature(signatures.WRONG_SIGNATURE)
    secret = secrets.get("app_secret", "")
    signatures.require_hex(secret, delivery.body, signature.removeprefix(META_PREFIX))


def answer(delivery: Delivery, secrets: Mapping[str, str]) -> bytes | None:
    """The challenge that Meta sends when the webhook is set up, for its token."""
    if delivery.query.get("hub.mode") != "subscribe":
        return None
    token = delivery.query.get("hub.verify_token", "")
    signatures.require_secret(secrets.get("verify_token", ""), token)
    challenge = delivery.query.get("hub.challenge", "")
    if not CHALLENGE.fullmatch(challenge):
        raise BadSignature("The challenge can't be answered.")
    return challenge.encode()


def read(delivery: Delivery) -> Sequence[Projection]:
    body = read_allowed(MetaBody, strict_json.parse_object(delivery.body))
    if body.object != "page":
        return []
    changes = [
        read_allowed(MetaChange, change)
        for entry in body.entry
        for change in read_allowed(Entry, entry).changes
    ]
    return [_hint(change.value) for change in changes if change.field == "leadgen"]


def _hint(value: Any) -> Projection:
    hint = read_allowed(MetaHint, value)
    dropped = tuple(
        sorted(key_name(key) for key in value.keys() - MetaHint.model_fields)
    )
    return Projection("lead", hint.leadgen_id, hint.projection(), dropped)


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    hint = MetaHint.model_validate(projection.data)
    raw = context.fetch(f"/{hint.leadgen_id}?fields={META_LEAD_FIELDS}")
    lead = read_allowed(MetaLead, raw)
    form_id = lead.form_id or hint.form_id
    form = read_allowed(Form, context.fetch(f"/{form_id}?fields=questions"))
    cells = _cells(lead, form)
    if any(DUMMY in text for texts in cells.values() for text in texts):
        return []
    said = {
        "campaign_name": lead.campaign_name,
        "ad_platform": lead.platform,
        "is_organic": "true" if lead.is_organic else "",
        "created_at": lead.created_time,
    }
    return [MetaFile().read({**cells, **said})]


def _cells(lead: MetaLead, form: Form) -> dict[str, tuple[str, ...]]:
    """The answers to Meta's own questions, by our fields."""
    field_of = {
        question.key: QUESTION_TYPES[question.type]
        for question in form.questions
        if question.type in QUESTION_TYPES
    }
    # A key that a custom question has, too, is nobody's.
    for question in form.questions:
        if question.type not in QUESTION_TYPES:
            field_of.pop(question.key, None)
    cells: dict[str, tuple[str, ...]] = {}
    for found in lead.field_data:
        if field := field_of.get(found.name):
            texts = tuple(text for text in found.values if isinstance(text, str))
            cells[field] = (*cells.get(field, ()), *texts)
    return cells


def api(secrets: Mapping[str, str]) -> Api:
    token = secrets.get("page_token", "")
    return Api(META_BASE_URL, {"Authorization": f"Bearer {token}"})


def fetch(secrets: Mapping[str, str], account: str) -> Fetch:
    return fetch_from(api(secrets))


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    signed = signatures.digest(secrets["app_secret"], delivery.body).hex()
    return replace(
        delivery, headers={**delivery.headers, META_HEADER: META_PREFIX + signed}
    )


def canaries(marker: Marker) -> Sequence[Delivery]:
    value = {
        "leadgen_id": "7001",
        "form_id": "8001",
        "page_id": "9001",
        "created_time": 1_780_000_000,
        "full_name": f"Maya {marker('last name in a webhook')}",
        "note": marker("note in a webhook"),
    }
    changes = [
        {"field": "leadgen", "value": value},
        {"field": "feed", "value": {"message": marker("post on the page")}},
    ]
    body = {"object": "page", "entry": [{"id": "9001", "changes": changes}]}
    return [Delivery(json.dumps(body).encode(), received_at=clock.now())]


def canary_answers(marker: Marker) -> Fetch:
    """A lead whose answers hold health questions, some under innocent keys."""
    answers = {
        "full_name": f"Maya {marker('last name')}",
        "email": "maya.canary@example.com",
        "phone_number": "+12125550142",
        "last_name": marker("last name alone"),
        "date_of_birth": marker("date of birth"),
        "do_you_take_blood_thinners": marker("health answer"),
        "first_name": marker("custom question"),
    }
    types = {
        "full_name": "FULL_NAME",
        "email": "EMAIL",
        "phone_number": "PHONE",
        "last_name": "LAST_NAME",
        "date_of_birth": "DOB",
    }
    lead: dict[str, JSON] = {
        "created_time": "2026-05-28T08:49:14+0000",
        "id": "7001",
        "form_id": "8001",
        "platform": "ig",
        "is_organic": False,
        "field_data": [
            {"name": name, "values": [value]} for name, value in answers.items()
        ],
        "custom_disclaimer_responses": [{"checkbox_key": marker("disclaimer")}],
    }
    form: dict[str, JSON] = {
        "id": "8001",
        "questions": [
            {"key": key, "label": marker("label"), "type": types.get(key, "CUSTOM")}
            for key in answers
        ],
    }
    return lambda path: lead if path.startswith("/7001") else form


DOOR = Door(
    name="meta",
    title="Meta lead ads",
    secrets=("app_secret", "verify_token", "page_token"),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    lead_source=Source.FACEBOOK.value,
    answer=answer,
    sign=sign,
    fetch=fetch,
    canary_answers=canary_answers,
    brings="Leads from Meta lead ads",
)
