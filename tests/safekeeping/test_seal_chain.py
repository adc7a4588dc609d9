"""How seals are hashed and signed, byte for byte, and when none is made."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from safekeeping.models import Seal
from safekeeping.seals.sealing import GENESIS, LOCK, AnotherServer, root_of, seal
from safekeeping.seals.verifying import Verified, check_chain
from tests.factories import LeadFactory, SealFactory
from tests.locks import elsewhere

PARTS = [("leads_a", 0, 2, b"\1" * 32), ("leads_a", 1, 1, b"\2" * 32)]
# Worked out by hand with sha256sum; stored seals stay true only while these do.
ROOT = "702b188310dfb7e08577e88a9d1b2afa64e6fd636b73e8b8ac50e349d50ae0f9"
HASH = "ddc5ab39bcc69529b5cef64477500903890ec36fc170e9bf7ba1355814b8f722"
SIGNATURE = "2edd42c0e4cee1d9bae5cb6a8756da7ed0540023c01ab8a709779f6223cefe6d"


def one() -> Seal:
    return Seal(
        number=3,
        previous_hash=GENESIS,
        from_xid=10,
        to_xid=20,
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
def test_after_a_loaded_dump_nothing_is_sealed_until_somebody_says_so() -> None:
    SealFactory(number=1, from_xid=0, to_xid=1 << 60)
    LeadFactory()
    with pytest.raises(AnotherServer, match="Another server"):
        seal()
    assert Seal.objects.count() == 1


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
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        assert seal() is None


def linked(number: int, before: Seal | None, from_xid: int) -> Seal:
    """A link over nothing, rightly hashed and signed."""
    made = SealFactory.build(
        number=number,
        from_xid=from_xid,
        to_xid=from_xid + 10,
        previous_hash=before.hash if before else GENESIS,
        root=root_of([]),
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
def test_a_seal_names_the_hash_of_the_one_before_it() -> None:
    linked(1, None, 0)
    linked(2, None, 10)
    found = [str(one) for one in check_chain(Verified())]
    assert found == ["Seal 2 doesn't follow the seal before it."]
