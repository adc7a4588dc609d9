"""Every constraint of second steps, by a form and by SQL."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from medspa.accounts.second_factor.models import KnownDevice, RecoveryCode
from medspa.encryption.ciphers import DecryptionError
from medspa.encryption.fields import EncryptedBytes
from medspa.models import TotpDevice
from tests.factories import PasskeyFactory, TotpDeviceFactory, UserFactory
from tests.rules import Rule, constraint_of, refusal_in_sql, refusal_in_words, update

pytestmark = pytest.mark.django_db


def another_app(device: TotpDevice) -> dict[str, object]:
    TotpDeviceFactory(person=device.person)
    return {"confirmed_at": timezone.now()}


def another_set_up(device: TotpDevice) -> dict[str, object]:
    TotpDeviceFactory(person=device.person, confirmed_at=None)
    return {"confirmed_at": None}


def anothers_key(passkey: object) -> dict[str, object]:
    return {"credential_hash": PasskeyFactory().credential_hash}


RULES = [
    Rule(
        "medspa_totpdevice_is_the_only_one",
        lambda: TotpDeviceFactory(confirmed_at=None),
        another_app,
        "There is already an authenticator app.",
        "person",
    ),
    Rule(
        "medspa_totpdevice_is_set_up_once_at_a_time",
        TotpDeviceFactory,
        another_set_up,
        "An authenticator app is being set up already.",
        "person",
    ),
    Rule(
        "medspa_totpdevice_drift_is_one_step",
        TotpDeviceFactory,
        {"drift": 2},
        "A clock may be one step off.",
    ),
    Rule(
        "medspa_totpdevice_failures_are_counted",
        TotpDeviceFactory,
        {"failures": -1},
        "Failures are counted from zero.",
    ),
    Rule(
        "medspa_passkey_has_a_name",
        PasskeyFactory,
        {"name": " "},
        "Enter a name for the passkey.",
        "name",
    ),
    Rule(
        "medspa_passkey_credential_hash_key",
        PasskeyFactory,
        anothers_key,
        "There is already a Passkey with this Credential hash.",
        "credential_hash",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_form_would_say_it(rule: Rule) -> None:
    assert refusal_in_words(rule) == {rule.place: [rule.sentence]}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it_too(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


def test_no_secret_is_stored_as_it_is() -> None:
    """medspa_totpdevice_secret_is_encrypted: what no form shows needs no sentence."""
    device = TotpDeviceFactory()
    [stored] = TotpDevice.objects.filter(pk=device.pk).values_list("secret", flat=True)
    assert b"JBSWY3DP" not in bytes(stored)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        update(device, {"secret": EncryptedBytes(b"JBSWY3DP" * 8)})
    assert constraint_of(error.value) == "medspa_totpdevice_secret_is_encrypted"


def test_a_secret_opens_in_its_own_row_alone() -> None:
    one, other = TotpDeviceFactory(), TotpDeviceFactory()
    [stored] = TotpDevice.objects.filter(pk=one.pk).values_list("secret", flat=True)
    TotpDevice.objects.filter(pk=other.pk).update(secret=stored)
    with pytest.raises(DecryptionError):
        _ = TotpDevice.objects.get(pk=other.pk).secret


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (
            lambda: RecoveryCode.objects.create(person=UserFactory(), code_hash="a"),
            "medspa_recoverycode_code_hash_key",
        ),
        (
            lambda: KnownDevice.objects.create(
                person=UserFactory(username="maria"), token_hash="a"
            ),
            "medspa_knowndevice_is_known_once",
        ),
    ],
)
def test_hashes_are_kept_once(make: object, name: str) -> None:
    row = make()  # type: ignore[operator]
    row.pk = None
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        type(row).objects.create(
            **{
                field.attname: getattr(row, field.attname)
                for field in row._meta.fields
                if not field.primary_key
            }
        )
    assert constraint_of(error.value) == name
