"""How seals are hashed and signed, byte for byte, and when none is made."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from medspa.models import AuditEvent
from safekeeping.models import Seal
from safekeeping.seals.sealing import GENESIS, SEALING_LOCK, arrival, root_of, seal
from safekeeping.seals.verifying import Verified, check_chain
from tests.factories import LeadFactory, SealFactory
from tests.locks import elsewhere

PARTS = [("leads_a", 0, 2, b"\1" * 32), ("leads_a", 1, 1, b"\2" * 32)]
# Worked out by hand with sha256sum; stored seals stay true only while these do.
ROOT = "702b188310dfb7e08577e88a9d1b2afa64e6fd636b73e8b8ac50e349d50ae0f9"
HASH = "cbfa67c6942bd6d5a1a5753bb1ee474e674943f2f909341753500d378678d79c"
SIGNATURE = "4c102940567cbba408c5736f15ca597f55fec46669165691f50e3935a7b666c9"


def one() -> Seal:
    return Seal(
        number=3,
        previous_hash=GENESIS,
        from_xid=10,
        to_xid=20,
        server="7712778011627116415",
        counts={"leads_b": 1, "leads_a": 2},
        root=bytes.fromhex(ROOT),
        made_at=datetime(2026, 3, 2, 17, tzinfo=UTC),
    )


def test_a_root_is_over_all_parts_in_their_own_order() -> None:
    assert root_of(PARTS).hex() == root_of(PARTS[::-1]).hex() == ROOT


def test_a_seal_has_always_the_same_hash_and_signature() -> None:
    made = one()
    made.hash = made.computed_hash()
    assert made.hash.hex() == HASH
    assert made.computed_signature("a key").hex() == SIGNATURE


@pytest.mark.django_db
def test_a_seal_of_a_former_key_holds_as_long_as_that_key_is_listed(
    settings: Settings,
) -> None:
    made = one()
    made.number, made.root = 1, root_of([])
    made.hash = made.computed_hash()
    made.signature = made.computed_signature("a former key")
    made.save()
    assert [str(found) for found in check_chain(Verified())] == [
        "Seal 1 isn't signed by this clinic's SECRET_KEY."
    ]
    settings.SECRET_KEY_FALLBACKS = ["another one", "a former key"]
    assert list(check_chain(Verified())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("is_named", [True, False])
def test_where_numbers_begin_anew_a_section_begins(is_named: bool) -> None:
    server = arrival(None)[0] if is_named else "1"
    SealFactory(number=1, from_xid=0, to_xid=1 << 60, server=server)
    made = seal()
    assert made
    assert (made.number, made.carried_from_xid) == (2, 1 << 60)
    assert AuditEvent.objects.get(kind="seals_moved").details["seal"] == 2
    again = seal()
    assert again is None or not again.begins_section


@pytest.mark.django_db
def test_where_nothing_is_new_no_seal_is_made() -> None:
    LeadFactory()  # its history is not of a finished transaction
    seal()
    count = Seal.objects.count()
    assert seal() is None
    assert Seal.objects.count() == count


@pytest.mark.django_db
def test_while_somebody_else_seals_nothing_is_sealed() -> None:
    # Who looked at the seals would refuse, as after a loaded dump.
    SealFactory(number=1, from_xid=0, to_xid=1 << 60)
    with elsewhere() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
        assert seal() is None


def linked(number: int, before: Seal | None, from_xid: int, **changes: object) -> Seal:
    """A link over nothing, rightly hashed and signed."""
    made = SealFactory.build(
        number=number,
        from_xid=from_xid,
        to_xid=from_xid + 10,
        previous_hash=before.hash if before else GENESIS,
        root=root_of([]),
        **changes,
    )
    made.hash = made.computed_hash()
    made.signature = made.computed_signature()
    made.save()
    return made


@pytest.mark.django_db
@pytest.mark.parametrize(("from_xid", "follows"), [(10, True), (9, False), (11, False)])
def test_a_seal_begins_where_the_one_before_it_ends(
    from_xid: int, follows: bool
) -> None:
    linked(2, linked(1, None, 0), from_xid)
    found = [str(one) for one in check_chain(Verified())]
    assert found == ([] if follows else ["Seal 2 doesn't follow the seal before it."])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "follows"),
    [
        ({"server": "2", "carried_from_xid": 10}, True),
        ({"server": "2", "carried_from_xid": 9}, False),
        ({"server": "2", "carried_from_xid": 11}, False),
        ({"server": "2"}, False),
    ],
)
def test_another_servers_seal_begins_a_section_where_the_one_before_ended(
    changes: dict[str, object], follows: bool
) -> None:
    from_xid = 3 if "carried_from_xid" in changes else 10
    linked(2, linked(1, None, 0), from_xid, **changes)
    found = [str(one) for one in check_chain(Verified())]
    assert found == ([] if follows else ["Seal 2 doesn't follow the seal before it."])


@pytest.mark.django_db
def test_no_section_stands_before_the_first_seal() -> None:
    linked(1, None, 0, carried_from_xid=0)
    found = [str(one) for one in check_chain(Verified())]
    assert found == ["Seal 1 doesn't follow the seal before it."]


@pytest.mark.django_db
def test_a_seal_names_the_hash_of_the_one_before_it() -> None:
    linked(1, None, 0)
    linked(2, None, 10)
    found = [str(one) for one in check_chain(Verified())]
    assert found == ["Seal 2 doesn't follow the seal before it."]
