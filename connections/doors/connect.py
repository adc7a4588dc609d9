"""Connect anything: our own JSON, for systems that have no door of their own.

One object is one lead or one event. It is signed by Standard Webhooks, or carries the
secret as a bearer token, as Zapier and Make send it. docs/connections/connect.md
describes it.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from connections.door import (
    Context,
    Delivery,
    Door,
    Marker,
    NotSigned,
    Projection,
    UnreadableDelivery,
    dropped_names,
    hash_of,
)
from connections.door_parts.allow_list import keep_campaign_name, read_moment
from connections.door_parts.foreign_ids import ID_KINDS, fingerprint
from connections.items import IncomingEvent, Item, What, Who
from connections.signatures import (
    MISSING_SIGNATURES,
    NO_SECRET,
    check,
    check_moment,
    sign_standard_webhook,
)
from connections.strict_json import JSON, MOST_NUMBER_DIGITS, parse_object
from leads import privacy
from leads.intake import values
from leads.intake.incoming import IncomingLead
from leads.services.matching import CALLER
from medspa.reading.cleaning import clean_text, is_placeholder
from medspa.reading.short_names import says_nothing_about_somebody

CONNECT_SECRET = "signing_secret"  # noqa: S105  (its name)
BEARER = "bearer "
MOST_TAGS = 20
CONNECT_LONGEST_WORD = 40
CONNECT_NOT_OURS = "The body doesn't match the documentation: {}."


def _optional(read: Any, *, for_a_name: bool = False) -> BeforeValidator:
    """A value that can't be read costs only itself."""

    def keep(value: Any) -> str:
        if not isinstance(value, str):
            return ""
        text = clean_text(value[:200])
        if not text or is_placeholder(text, for_a_name=for_a_name):
            return ""
        try:
            return read(text) or ""
        except ValueError:
            return ""

    return BeforeValidator(keep)


def _word(text: str) -> str:
    is_word = len(text) <= CONNECT_LONGEST_WORD and says_nothing_about_somebody(text)
    return text if is_word else ""


def _tags(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        return ()
    words = (_word(clean_text(part)) for part in parts if isinstance(part, str))
    return tuple(filter(None, words))[:MOST_TAGS]


def _is_empty(value: Any) -> bool:
    """Zapier and Make send keys without a value, too."""
    return value is None or (isinstance(value, str) and is_placeholder(value.strip()))


def _unless_empty(value: Any) -> Any:
    return None if _is_empty(value) else value


def _cents(value: Any) -> int | None:
    """Cents of an amount in currency units: `300`, `"300.50"`."""
    if _is_empty(value) or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
        # `1e999999` is a short text and a long number.
        if not amount.is_finite() or amount.adjusted() > MOST_NUMBER_DIGITS:
            raise ValueError("not an amount")
        cents = amount * 100
    except DecimalException:
        raise ValueError("not an amount") from None
    if cents != int(cents):
        raise ValueError("more than two decimals")
    return int(cents)


def _ids(value: Any) -> Any:
    """Those of the kinds that we know; as pairs where they were read before."""
    pairs = list(value.items()) if isinstance(value, dict) else value or ()
    if not isinstance(pairs, (list, tuple)):
        return value
    return tuple(
        pair
        for pair in pairs
        if isinstance(pair, (list, tuple)) and len(pair) == 2
        if str(pair[0]) in ID_KINDS and not _is_empty(pair[1])
    )


def _person(value: Any) -> Any:
    return {} if _is_empty(value) else value


def _moment(value: Any) -> Any:
    return None if _is_empty(value) else read_moment(value)


Word = Annotated[str, _optional(_word)]
ID_PATTERN = r"[A-Za-z0-9_.:/=+-]{1,120}"
Id = Annotated[str, StringConstraints(pattern=f"^{ID_PATTERN}$")]
OptionalId = Annotated[Id | None, BeforeValidator(_unless_empty)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ConnectPerson(Part):
    contact_id: Annotated[str, _optional(values.read_contact_id)] = ""
    first_name: Annotated[str, _optional(privacy.keep_given_name, for_a_name=True)] = ""
    email: Annotated[str, _optional(values.read_email)] = ""
    phone: Annotated[str, _optional(values.read_phone)] = ""
    ids: Annotated[tuple[tuple[str, Id], ...], BeforeValidator(_ids)] = ()


class ConnectMessage(Part):
    """What may come in; everything else is forgotten."""

    what: Literal["lead"] | What
    id: OptionalId = None
    when: Moment = None
    status_at: Moment = None
    scheduled_for: Moment = None
    amount: Annotated[int | None, BeforeValidator(_cents)] = None
    currency: Annotated[Code | None, BeforeValidator(_unless_empty)] = None
    parent_id: OptionalId = None
    procedure: Word = ""
    provider: Word = ""
    source: Word = ""
    campaign: Annotated[str, _optional(keep_campaign_name)] = ""
    tags: Annotated[tuple[str, ...], BeforeValidator(_tags)] = ()
    who: Annotated[ConnectPerson, BeforeValidator(_person)] = Field(
        default_factory=ConnectPerson
    )


def verify(delivery: Delivery, secrets: Mapping[str, str]) -> None:
    secret = secrets.get(CONNECT_SECRET, "")
    if not secret:
        raise NotSigned(NO_SECRET)
    given = delivery.headers.get("authorization", "")
    if given[: len(BEARER)].lower() == BEARER:
        check(given[len(BEARER) :].strip(), secret)
        return
    webhook_id = delivery.headers.get("webhook-id", "")
    seconds = delivery.headers.get("webhook-timestamp", "")
    signatures = delivery.headers.get("webhook-signature", "").split()
    if not (webhook_id and seconds and signatures):
        raise NotSigned(MISSING_SIGNATURES)
    expected = sign_standard_webhook(secret, webhook_id, seconds, delivery.body)
    found = [
        one
        for one in signatures
        if hmac.compare_digest(one.encode(), expected.encode())
    ]
    check(found[0] if found else "", expected)
    check_moment(seconds, delivery.received_at)


def read(delivery: Delivery) -> Sequence[Projection]:
    given = parse_object(delivery.body)
    try:
        message = ConnectMessage.model_validate(given)
    except ValidationError as error:
        places = sorted({_place(item["loc"]) for item in error.errors()})
        raise UnreadableDelivery(CONNECT_NOT_OURS.format(", ".join(places))) from None
    if message.what != "lead" and not (message.id and message.when):
        raise UnreadableDelivery("An event needs an “id” and a “when”.")
    message = _with_fingerprints(message)
    data: dict[str, JSON] = message.model_dump(mode="json", exclude_defaults=True)
    who = given.get("who")
    inner = who if isinstance(who, dict) else {}
    ids = inner.get("ids")
    dropped = (
        *dropped_names(given, FIELDS),
        *(f"who.{name}" for name in dropped_names(inner, ConnectPerson.model_fields)),
        *(
            f"who.ids.{name}"
            for name in dropped_names(ids if isinstance(ids, dict) else (), ID_KINDS)
        ),
    )
    webhook_id = delivery.headers.get("webhook-id", "")
    is_id = re.fullmatch(ID_PATTERN, webhook_id)
    key = fingerprint(webhook_id) if is_id else hash_of(data)
    return [Projection(message.what, key, data, dropped)]


def _with_fingerprints(message: ConnectMessage) -> ConnectMessage:
    """Its ids as they are stored: what somebody wrote into one goes no further."""
    ids = tuple((kind, fingerprint(one)) for kind, one in message.who.ids)
    return message.model_copy(
        update={
            "id": fingerprint(message.id or "") or None,
            "parent_id": fingerprint(message.parent_id or "") or None,
            "who": message.who.model_copy(update={"ids": ids}),
        }
    )


FIELDS = frozenset(ConnectMessage.model_fields)


def _place(loc: Sequence[int | str]) -> str:
    """Where the documentation names it: `when`, `who.ids`."""
    return ".".join(map(str, loc[:2] if loc[0] == "who" else loc[:1]))


def translate(projection: Projection, context: Context) -> Sequence[Item]:
    data = dict(projection.data)
    # As it was read: in cents.
    amount: Any = data.pop("amount", None)
    message = ConnectMessage.model_validate(data)
    who = message.who
    if message.what == "lead":
        return [
            IncomingLead(
                external_id=who.contact_id,
                first_name=who.first_name,
                # A phone system knows the number and the time of a missed call.
                name_if_new=CALLER if who.phone else "",
                email=who.email,
                phone=who.phone,
                source=message.source,
                campaign_name=message.campaign,
                tags=message.tags,
                procedure=message.procedure,
                # Nobody came in later than now.
                created_at=min(message.when, context.now) if message.when else None,
            )
        ]
    return [
        IncomingEvent(
            what=message.what,
            system=context.system,
            account=context.account,
            object_id=message.id or "",
            parent_id=message.parent_id or "",
            occurred_at=message.when or context.now,
            status_at=message.status_at,
            scheduled_for=message.scheduled_for,
            amount_cents=amount,
            currency=message.currency or "",
            procedure=message.procedure,
            provider=message.provider,
            who=Who(
                external_id=who.contact_id,
                ids=who.ids,
                email=who.email,
                phone=who.phone,
                first_name=who.first_name,
            ),
        )
    ]


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    """The delivery as a sender by Standard Webhooks would send it."""
    seconds = str(int(delivery.received_at.timestamp()))
    webhook_id = delivery.headers.get("webhook-id", "msg_1")
    signature = sign_standard_webhook(
        secrets[CONNECT_SECRET], webhook_id, seconds, delivery.body
    )
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": seconds,
        "webhook-signature": signature,
    }
    return replace(delivery, headers={**delivery.headers, **headers})


def canaries(marker: Marker) -> Sequence[Delivery]:
    """A lead and a payment with health answers, names and notes in every place."""
    forbidden = {
        name: marker(name)
        for name in ("last_name", "full_name", "date_of_birth", "notes", "address")
    }
    nested = {"answers": [{"question": "Allergies?", "answer": marker("answer")}]}
    who = {
        "first_name": f"Ana {marker('second_name')}",
        "email": "ana.canary@example.com",
        "phone": f"{marker('phone')}",
        "insurance": {"number": marker("insurance")},
        **forbidden,
    }
    lead = {
        "what": "lead",
        "who": who,
        "tags": f"{marker('tag')} {'long ' * 20}",
        **forbidden,
    }
    paid = {
        "what": "paid",
        "id": "canary_1",
        "when": "2026-03-02T10:00:00Z",
        "amount": "120.00",
        "procedure": f"{marker('procedure')} for a person, in a long sentence of words",
        "who": who,
        **nested,
        **forbidden,
    }
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    return [
        Delivery(
            body=json.dumps(message).encode(),
            headers={"x-note": marker("header"), "webhook-id": f"canary_{number}"},
            query={"note": marker("query")},
            received_at=now,
        )
        for number, message in enumerate((lead, paid))
    ]


DOOR = Door(
    name="connect",
    title="Connect anything",
    secrets=(CONNECT_SECRET,),
    verify=verify,
    read=read,
    translate=translate,
    canaries=canaries,
    sign=sign,
    makes_secret=True,
    brings="Leads, appointments and payments from any other system, Zapier or Make",
)
