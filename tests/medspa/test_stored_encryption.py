"""Bytes that lie in databases and backups: today's code reads and finds them.

A change that fails here makes every stored email and phone unreadable or unfindable.
Don't adjust the bytes; give new values another version and keep reading these.
"""

from base64 import b64encode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from medspa.encryption.ciphers import (
    DecryptionError,
    KeyRing,
    blind_index,
    check_keys,
    decode_key,
    key_id_of,
)

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OLDER_KEY = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
RAW_KEY = bytes(range(32))
PLACE = "leads_lead.email:c0mhyx2w1abcdefghijklmnop"
PHONE_PLACE = "leads_lead.phone:c0mhyx2w1abcdefghijklmnop"
# version 01 · key id 7d8a485a · nonce 00…0b · ciphertext · tag
STORED = bytes.fromhex(
    "017d8a485a000102030405060708090a0b"
    "266cb75ba09da376fd2df2a5d28615"
    "3d435958efb1fa80717bd54510870442"
)


def sealed_by_hand(text: str, place: str = PLACE) -> bytes:
    """The layout written out once more, with a nonce of sevens."""
    nonce = b"\x07" * 12
    body = AESGCM(RAW_KEY).encrypt(nonce, text.encode(), place.encode())
    return b"\x01" + bytes.fromhex("7d8a485a") + nonce + body


@pytest.mark.parametrize(
    ("stored", "place", "text"),
    [
        (STORED.hex(), PLACE, "ana@example.com"),
        (
            "017d8a485a18191a1b1c1d1e1f20212223382e7221e97c507a31328ffa645bb8a6"
            "eb41029897074c9edaf0214f",
            PHONE_PLACE,
            "+12125550123",
        ),
        (
            "017d8a485a000102030405060708090a0b3d6d15b08580ba7ae031fbee9f8a1700"
            "56a77a50f7934e30cd4406f655caedf3",
            PLACE,
            "zoë@example.com",
        ),
        (
            "017d8a485a000102030405060708090a0bb4cec90b33683e684122a4408d25916c",
            PLACE,
            "",
        ),
        (
            "010f65e20d0c0d0e0f101112131415161783542f75514561d2ae3981da91ba8ed9"
            "d7c3823fbe23974218a686e16d58c0",
            PLACE,
            "ana@example.com",
        ),
    ],
    ids=["email", "phone", "not ASCII", "nothing", "under the older key"],
)
def test_a_stored_value_opens(stored: str, place: str, text: str) -> None:
    assert KeyRing([KEY, OLDER_KEY]).decrypt(bytes.fromhex(stored), place) == text


def test_a_new_value_has_the_layout_that_is_read_above() -> None:
    sealed = KeyRing([KEY, OLDER_KEY]).encrypt("zoë@example.com", PLACE)
    header, nonce, body = sealed[:5], sealed[5:17], sealed[17:]
    assert header.hex() == "017d8a485a"
    assert len(body) == len("zoë@example.com".encode()) + 16
    opened = AESGCM(RAW_KEY).decrypt(nonce, body, PLACE.encode())
    assert opened.decode() == "zoë@example.com"


def test_no_two_of_a_thousand_nonces_are_equal() -> None:
    ring = KeyRing([KEY])
    assert len({ring.encrypt("", PLACE)[5:17] for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("key", "key_id"), [(KEY, "7d8a485a"), (OLDER_KEY, "0f65e20d")]
)
def test_a_key_has_the_same_id_for_ever(key: str, key_id: str) -> None:
    ring = KeyRing([key])
    assert ring.newest_key_id.hex() == key_id
    assert key_id_of(ring.encrypt("ana", PLACE)).hex() == key_id


def test_the_first_key_seals_also_when_there_are_three() -> None:
    third = b64encode(bytes([9]) * 32).decode()
    ring = KeyRing([OLDER_KEY, KEY, third])
    assert ring.newest_key_id.hex() == "0f65e20d"
    assert key_id_of(ring.encrypt("ana", PLACE)).hex() == "0f65e20d"
    assert ring.decrypt(STORED, PLACE) == "ana@example.com"


@pytest.mark.parametrize(
    ("place", "value", "index"),
    [
        ("leads_lead.email", "ana@example.com", "961cee026a8de02207ba10cbbc0fae55"),
        ("leads_lead.phone", "+12125550123", "5bd1f0105d69b0aa7b993cfeeca9529f"),
        ("leads_lead.phone_last4", "0123", "6b8f9c7d6af224c0c7153225ad29e344"),
    ],
)
def test_a_blind_index_has_the_same_bytes_for_ever(
    place: str, value: str, index: str
) -> None:
    assert blind_index(RAW_KEY, place, value).hex() == index


def test_a_value_of_another_version_is_not_opened() -> None:
    for version in (0, 2, 255):
        with pytest.raises(DecryptionError, match="key we don't have"):
            KeyRing([KEY]).decrypt(bytes([version]) + STORED[1:], PLACE)


def test_every_cut_of_a_stored_value_is_told_as_such() -> None:
    for length in range(len(STORED)):
        sentence = "key we don't have" if length < 5 else "damaged or not at its place"
        with pytest.raises(DecryptionError, match=sentence):
            KeyRing([KEY]).decrypt(STORED[:length], PLACE)


def test_a_value_of_nothing_but_header_and_tag_opens() -> None:
    assert KeyRing([KEY]).decrypt(sealed_by_hand(""), PLACE) == ""


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33, 48, 64])
def test_a_key_of_another_size_is_refused(length: int) -> None:
    key = b64encode(bytes(length)).decode()
    with pytest.raises(ValueError, match="A key must be 32 bytes in base64"):
        check_keys([KEY, key])


def test_a_key_is_read_in_both_alphabets_of_base64() -> None:
    raw = bytes([0xFB, 0xEF, 0xFF] * 10 + [0xFB, 0xFF])
    for written in (b64encode(raw), urlsafe_b64encode(raw)):
        assert decode_key(written.decode()) == raw


def test_usable_keys_pass_the_check() -> None:
    check_keys([KEY, OLDER_KEY])
    with pytest.raises(ValueError, match="At least one field encryption key"):
        check_keys([])
