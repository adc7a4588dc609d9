"""Every door of the registry meets every fault; docs/connections/faults.md says so."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from connections.door import Delivery, Door
from connections.refusals import STATUS_OF_CODE
from connections.registry import DOORS
from medspa.refusals import Refused
from tests.connections.deliveries import (
    context_of,
    examples,
    keys_of,
    signed,
    stored,
    take,
)

PAGE = Path(__file__).parents[2] / "docs/connections/faults.md"
TEN_MEGABYTES = 10 * 1024 * 1024
# Their signatures hold no moment; a repeated delivery is known by its id, or only
# looked up again.
SIGN_NO_MOMENT = frozenset({"acuity", "gohighlevel", "google_ads", "meta", "square"})
# A secret beside the body, or a token in a page that a visitor fills in.
SIGN_NO_BODY = frozenset({"gohighlevel", "google_ads", "web_form"})
# A page may be open for a day.
OPEN_FOR_LONG = frozenset({"web_form"})
FORMS = frozenset({"acuity", "web_form"})
TOKEN_IN_BODY = re.compile(rb"(?<=token=)[^&]+")
# Its items are read from its API: see test_canaries.
LOOKED_UP_THERE = frozenset({"gohighlevel"})
# Words that are only looked up among the clinic's own, and forgotten.
COMPARED = frozenset({"procedure", "provider"})

Spoil = Callable[[Door, Delivery], Delivery]


@dataclass(frozen=True)
class Fault:
    name: str
    spoil: Spoil
    codes: frozenset[str]
    # Doors where this can't be, and what they do instead.
    harmless_for: frozenset[str] = frozenset()


def wrong_key(door: Door, delivery: Delivery) -> Delivery:
    return signed(door, delivery, "wrong")


def unsigned(door: Door, delivery: Delivery) -> Delivery:
    return delivery


def signature_changed(change: Callable[[str], str]) -> Spoil:
    """The signature, in its header or its place in the body, after `change`."""

    def spoil(door: Door, delivery: Delivery) -> Delivery:
        found = signed(door, delivery)
        headers = {
            name: value if delivery.headers.get(name) == value else change(value)
            for name, value in found.headers.items()
        }
        body = found.body
        for key in keys_of(door).values():
            body = body.replace(key.encode(), change(key).encode())
        if door.name in OPEN_FOR_LONG:
            body = TOKEN_IN_BODY.sub(lambda m: change(m[0].decode()).encode(), body)
        return replace(found, headers=headers, body=body)

    return spoil


def body_changed(door: Door, delivery: Delivery) -> Delivery:
    found = signed(door, delivery)
    return replace(found, body=found.body.replace(b"canary", b"cAnary") + b" ")


def ten_minutes_late(door: Door, delivery: Delivery) -> Delivery:
    found = signed(door, delivery)
    return replace(found, received_at=found.received_at + timedelta(minutes=10))


def ten_minutes_early(door: Door, delivery: Delivery) -> Delivery:
    found = signed(door, delivery)
    return replace(found, received_at=found.received_at - timedelta(minutes=10))


def body_of(json_part: bytes, form_part: bytes) -> Spoil:
    """A part more in the body, under a right signature."""

    def spoil(door: Door, delivery: Delivery) -> Delivery:
        def with_part(body: bytes) -> bytes:
            if door.name in FORMS:
                return body + b"&" + form_part
            return body.rstrip()[:-1] + b", " + json_part + b"}"

        found = signed(door, delivery)
        if found.body != delivery.body:  # the key stands in the body
            return replace(found, body=with_part(found.body))
        return signed(door, replace(delivery, body=with_part(delivery.body)))

    return spoil


NOT_TRUSTED = frozenset({"not_signed", "bad_signature"})
UNREADABLE = frozenset({"unreadable"})
DEEP = b'"x": ' + b"[" * 1000 + b"]" * 1000
LARGE = b"x" * TEN_MEGABYTES
FAULTS = (
    Fault("signed with another key", wrong_key, NOT_TRUSTED),
    Fault("not signed", unsigned, frozenset({"not_signed"})),
    Fault("N/A as signature", signature_changed(lambda _: "N/A"), NOT_TRUSTED),
    Fault("truncated signature", signature_changed(lambda s: s[:-3]), NOT_TRUSTED),
    Fault("body changed", body_changed, NOT_TRUSTED, SIGN_NO_BODY),
    Fault(
        "10 minutes late",
        ten_minutes_late,
        frozenset({"too_old"}),
        SIGN_NO_MOMENT | OPEN_FOR_LONG,
    ),
    Fault(
        "10 minutes early", ten_minutes_early, frozenset({"too_old"}), SIGN_NO_MOMENT
    ),
    Fault(
        "10 MB",
        body_of(b'"x": "' + LARGE + b'"', b"x=" + LARGE),
        frozenset({"too_large"}),
    ),
    Fault(
        "1,000 levels",
        body_of(DEEP, b"&".join(b"x%d=1" % n for n in range(1000))),
        frozenset({"too_deep", "unreadable"}),
    ),
    Fault("NUL", body_of(b'"x": "\\u0000"', b"x=%00"), UNREADABLE),
    Fault("not UTF-8", body_of(b'"x": "\xff"', b"x=%ff"), UNREADABLE),
    Fault("same key twice", body_of(b'"x": 1, "x": 2', b"x=1&x=2"), UNREADABLE),
    Fault(
        "half a surrogate pair", body_of(b'"x": "\\ud800"', b"x=%ED%A0%80"), UNREADABLE
    ),
)


def cases() -> list[tuple[str, Fault]]:
    return [(name, fault) for fault in FAULTS for name in DOORS if DOORS[name].sign]


def answer_to(door: Door, fault: Fault) -> int:
    """The status that the delivery is answered with."""
    try:
        take(door, fault.spoil(door, examples(door)[0]))
    except Refused as refusal:
        return STATUS_OF_CODE[refusal.code]
    return 200


@pytest.mark.parametrize(
    ("name", "fault"), cases(), ids=lambda one: getattr(one, "name", one)
)
def test_a_faulty_delivery_is_refused(name: str, fault: Fault) -> None:
    door = DOORS[name]
    delivery = fault.spoil(door, examples(door)[0])
    if name in fault.harmless_for:
        assert take(door, delivery)
        return
    with pytest.raises(Refused) as refusal:
        take(door, delivery)
    assert refusal.value.code in fault.codes
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("name", [name for name in DOORS if DOORS[name].sign])
def test_a_signed_delivery_is_read(name: str) -> None:
    door = DOORS[name]
    assert [
        one for example in examples(door) for one in take(door, signed(door, example))
    ]


@pytest.mark.parametrize("name", [name for name in DOORS if DOORS[name].sign])
def test_a_connection_without_its_secrets_takes_nothing(name: str) -> None:
    door = DOORS[name]
    nothing = dict.fromkeys(door.secrets, "")
    for secrets in ({}, nothing):
        assert door.sign
        delivery = examples(door)[0]
        with pytest.raises(Refused):
            door.verify(door.sign(delivery, nothing), secrets)


@pytest.mark.parametrize("name", list(DOORS))
def test_what_is_forbidden_is_in_no_projection_and_no_item(name: str, db: None) -> None:
    """Markers stand in every place where a last name or a health answer could."""
    door = DOORS[name]
    marks: dict[str, str] = {}
    numbers = count()

    def marker(place: str) -> str:
        return marks.setdefault(place, f"Qzx{next(numbers)}Vwy")

    deliveries = examples(door, marker)
    also = {"fetch": door.canary_answers(marker)} if door.canary_answers else {}
    context = context_of(door, **also)
    kept = []
    for delivery in deliveries:
        for projection in take(door, signed(door, delivery)):
            items = []
            if name not in LOOKED_UP_THERE:
                items = [*door.translate(stored(projection), context)]
            kept += [json.dumps(dict(projection.data)), *map(repr, items)]
            kept += projection.dropped
    assert marks
    assert kept
    assert not [
        place
        for place, mark in marks.items()
        if place not in COMPARED and any(mark in text for text in kept)
    ]


@pytest.mark.parametrize("name", list(DOORS))
def test_a_delivery_never_shows_its_body(name: str) -> None:
    door = DOORS[name]
    for example in examples(door):
        assert "canary" not in repr(example).casefold()
        for projection in take(door, signed(door, example)):
            assert "@example.com" not in repr(projection)


def table() -> str:
    """The faults and what each door answers, as the page shows it."""
    doors = [door for door in DOORS.values() if door.sign]
    lines = [
        "| fault | " + " | ".join(door.title for door in doors) + " |",
        "|---|" + "---|" * len(doors),
    ]
    for fault in FAULTS:
        answers = " | ".join(str(answer_to(door, fault)) for door in doors)
        lines.append(f"| {fault.name} | {answers} |")
    return "\n".join(lines)


def test_the_page_of_faults_says_what_the_doors_answer() -> None:
    assert table() in PAGE.read_text(), f"The table is now:\n{table()}"


def test_the_page_of_faults_names_tests_that_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE.read_text())
    assert named
    root = Path(__file__).parents[2]
    missing = [
        f"{path}::{test}"
        for path, test in named
        if f"def {test}(" not in (root / path).read_text()
    ]
    assert not missing
