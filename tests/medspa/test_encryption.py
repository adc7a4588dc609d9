"""Encrypted values: only the right key for the right row decrypts them."""

from base64 import b64encode, urlsafe_b64encode

import pytest
from django.contrib.auth.models import Group
from django.db.models import BinaryField, Value
from hypothesis import given
from hypothesis import strategies as st

from medspa.encryption.ciphers import (
    BLIND_INDEX_LENGTH,
    HEADER_LENGTH,
    TAG_LENGTH,
    DecryptionError,
    KeyRing,
    blind_index,
    decode_key,
    key_id_of,
)
from medspa.encryption.fields import IsEncrypted

KEY, OTHER = (urlsafe_b64encode(bytes([n]) * 32).decode() for n in (250, 251))
PLACE = "leads_lead.email:c1"
RING = KeyRing([KEY])


@given(st.text(), st.text())
def test_what_was_sealed_opens_at_its_place(text: str, place: str) -> None:
    assert RING.decrypt(RING.encrypt(text, place), place) == text


@given(st.text(min_size=1))
def test_the_same_text_is_sealed_differently_each_time(text: str) -> None:
    first, second = RING.encrypt(text, PLACE), RING.encrypt(text, PLACE)
    assert first != second
    assert len(first) == HEADER_LENGTH + len(text.encode()) + TAG_LENGTH


@given(st.data())
def test_no_byte_can_be_changed_unnoticed(data: st.DataObject) -> None:
    sealed = bytearray(RING.encrypt("ana@example.com", PLACE))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecryptionError):
        RING.decrypt(bytes(sealed), PLACE)


@given(st.integers(0, HEADER_LENGTH + TAG_LENGTH + 14))
def test_a_shortened_value_does_not_open(length: int) -> None:
    with pytest.raises(DecryptionError):
        RING.decrypt(RING.encrypt("ana@example.com", PLACE)[:length], PLACE)


@pytest.mark.parametrize(
    "place", ["leads_lead.email:c2", "leads_lead.phone:c1", "leads_lead.email:"]
)
def test_a_value_does_not_open_in_another_row_or_column(place: str) -> None:
    with pytest.raises(DecryptionError, match="not at its place"):
        RING.decrypt(RING.encrypt("ana@example.com", PLACE), place)


def test_a_value_of_an_unknown_key_says_so() -> None:
    with pytest.raises(DecryptionError, match="key we don't have"):
        RING.decrypt(KeyRing([OTHER]).encrypt("ana@example.com", PLACE), PLACE)


def test_the_first_key_seals_and_all_open() -> None:
    old, both = KeyRing([OTHER]), KeyRing([KEY, OTHER])
    assert both.decrypt(old.encrypt("ana", PLACE), PLACE) == "ana"
    assert key_id_of(both.encrypt("ana", PLACE)) == both.newest_key_id
    assert RING.decrypt(both.encrypt("ana", PLACE), PLACE) == "ana"


def test_a_key_may_be_written_in_either_base64_and_with_spaces_around() -> None:
    raw = bytes([250]) * 32
    assert decode_key(f" {b64encode(raw).decode()}\n") == decode_key(KEY) == raw


@pytest.mark.parametrize("key", ["", "short", KEY[:-4], KEY + KEY, KEY[:-1], "é" * 44])
def test_a_malformed_key_is_refused_with_a_sentence(key: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64"):
        KeyRing([key])


def test_a_typing_error_in_a_key_is_not_skipped_over() -> None:
    with pytest.raises(ValueError, match="32 bytes in base64"):
        decode_key(f"{KEY[:10]}!{KEY[10:]}")


def test_there_must_be_a_key() -> None:
    with pytest.raises(ValueError, match="At least one"):
        KeyRing([])


@given(st.text(min_size=1), st.text(min_size=1))
def test_blind_indexes_are_equal_exactly_for_equal_values(one: str, two: str) -> None:
    key = decode_key(KEY)
    first, second = blind_index(key, "t.c", one), blind_index(key, "t.c", two)
    assert (first == second) == (one == two)
    assert len(first) == BLIND_INDEX_LENGTH


def test_blind_indexes_of_two_columns_or_keys_cannot_be_joined() -> None:
    value = "2125550123"
    indexes = {
        blind_index(decode_key(key), place, value)
        for key in (KEY, OTHER)
        for place in ("leads_lead.phone", "leads_lead.phone_last4")
    }
    assert len(indexes) == 4


def test_the_blind_index_of_nothing_is_nothing() -> None:
    assert blind_index(decode_key(KEY), "t.c", "") == b""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stored", "is_encrypted"),
    [
        (RING.encrypt("a", PLACE), True),
        (RING.encrypt("", PLACE), False),
        (b"\x02" + RING.encrypt("a", PLACE)[1:], False),
        (b"", False),
    ],
    ids=["a letter", "nothing", "another version", "no value"],
)
def test_sql_knows_an_encrypted_value_also_as_a_parameter(
    stored: bytes, is_encrypted: bool
) -> None:
    told = IsEncrypted(Value(stored, output_field=BinaryField()))
    assert Group.objects.values_list(told, flat=True)[0] == is_encrypted
