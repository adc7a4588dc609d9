"""Keys that are not those of the database are refused before they do harm."""

import io
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from html import unescape

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from leads.models import Lead
from medspa import readiness
from medspa.encryption import key_checks
from medspa.encryption.ciphers import check_keys
from medspa.encryption.index_rotation import rotate_indexes
from medspa.encryption.key_checks import (
    WrongKeys,
    accept_lost_keys,
    problems,
    verify,
)
from medspa.encryption.verifying import findings
from medspa.models import AuditEvent, KeyCheck
from medspa.readiness.checks import keys_are_those_of_the_database
from medspa.web import readiness as pages
from tests.factories import LeadFactory
from tests.locks import proves, refused

pytestmark = pytest.mark.django_db


def key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def keys(settings: Settings) -> Callable[..., None]:
    """A database that was written with keys of its own: `keys(field=…, index=…)`."""
    KeyCheck.objects.all().delete()

    def use(*, field: str = "", index: str = "") -> None:
        settings.FIELD_ENCRYPTION_KEYS = (field or ours["field"]).split(",")
        settings.BLIND_INDEX_KEY = index or ours["index"]

    ours = {"field": key(), "index": key()}
    use()
    verify()
    return use


def test_migrate_has_registered_the_keys() -> None:
    assert {check.purpose for check in KeyCheck.objects.all()} == {"field", "index"}
    assert list(problems()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field": key()}, "FIELD_ENCRYPTION_KEYS holds none of the keys"),
        ({"index": key()}, "BLIND_INDEX_KEY lacks the key"),
    ],
)
def test_wrong_keys_stop_a_server_a_command_and_every_page(
    keys: Callable[..., None],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    sentence: str,
) -> None:
    keys(**changes)
    with pytest.raises(WrongKeys, match=sentence):
        verify()
    monkeypatch.setattr(pages, "READINESS", readiness.Readiness())
    page = client.get("/leads/")
    assert page.status_code == 503
    assert readiness.WRONG_KEYS in unescape(page.content.decode())
    assert KeyCheck.objects.count() == 2
    keys()
    assert client.get("/leads/").status_code == 302


def test_the_system_check_and_the_start_of_a_server_say_it(
    settings: Settings,
) -> None:
    assert keys_are_those_of_the_database(None) == []
    settings.BLIND_INDEX_KEY = key()
    [error] = keys_are_those_of_the_database(None)
    assert (error.id, "rotate_blind_index" in error.msg) == ("medspa.E001", True)
    with pytest.raises(ImproperlyConfigured, match="BLIND_INDEX_KEY lacks the key"):
        readiness.refuse_wrong_keys()


def test_no_sentence_repeats_a_key(keys: Callable[..., None]) -> None:
    wrong = key()
    keys(field=wrong, index=wrong)
    told = "; ".join(problems())
    assert wrong not in told
    assert told.count("Put ") == 2


def test_a_new_field_key_in_front_is_registered_and_the_old_one_must_stay(
    keys: Callable[..., None], settings: Settings
) -> None:
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], key()
    keys(field=f"{new},{old}")
    verify()
    assert KeyCheck.objects.filter(purpose="field").count() == 2
    keys(field=new)
    assert list(problems()) == [key_checks.MISSING_FIELD_KEY]
    keys(field=f"{new},{old}")
    call_command("rotate_field_keys", stdout=io.StringIO())
    keys(field=new)
    assert list(problems()) == []


def test_a_database_from_before_the_checks_is_asked_for_its_rows(
    keys: Callable[..., None],
) -> None:
    LeadFactory(email="ana@example.com")
    KeyCheck.objects.all().delete()
    for changes in ({"field": key()}, {"index": key()}):
        keys(**changes)
        with pytest.raises(WrongKeys, match="don't open"):
            verify()
    assert not KeyCheck.objects.exists()
    keys()
    verify()
    assert KeyCheck.objects.count() == 2


def test_lost_keys_are_given_up_and_the_site_goes_on(
    keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    lead = LeadFactory(first_name="Ana", email="ana@example.com")
    with pytest.raises(CommandError, match="nothing is lost"):
        call_command("accept_lost_keys")
    keys(field=key(), index=key())
    answers = iter(["yes", "the keys are lost"])
    monkeypatch.setattr("builtins.input", lambda text: next(answers))
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("accept_lost_keys")
    assert len(list(problems())) == 2
    said = io.StringIO()
    call_command("inspect_restored", stdout=said)
    assert "FIELD_ENCRYPTION_KEYS holds none of the keys" in said.getvalue()
    assert "recovery sheet" in said.getvalue()
    call_command("accept_lost_keys", stdout=io.StringIO())
    verify()
    page = admin_client.get(f"/leads/{lead.pk}/").content.decode()
    assert "Ana" in page
    assert "unreadable" in page
    LeadFactory(email="ana@example.com")
    assert AuditEvent.objects.filter(kind="keys_lost").exists()


@proves("medspa.encryption.key_checks.accept_lost_keys atomic")
def test_the_lost_keys_stay_known_where_giving_them_up_fails(
    keys: Callable[..., None],
) -> None:
    verify()
    keys(field=key(), index=key())
    with refused("medspa_auditevent"):
        accept_lost_keys()


@pytest.mark.parametrize(
    ("bad", "others", "sentence"),
    [
        ([urlsafe_b64encode(bytes(32)).decode()], [], "follows a pattern"),
        ([urlsafe_b64encode(b"ab" * 16).decode()], [], "follows a pattern"),
        ([urlsafe_b64encode(bytes(range(19)) + bytes(13)).decode()], [], "a pattern"),
        (["A", "A"], [], "appears twice"),
        (["A"], ["A"], "another purpose"),
    ],
)
def test_zero_patterned_and_equal_keys_are_refused(
    bad: list[str], others: list[str], sentence: str
) -> None:
    good = key()
    with pytest.raises(ValueError, match=sentence):
        check_keys(
            [good if name == "A" else name for name in bad],
            *[good if name == "A" else name for name in others],
        )


# Rotation of the blind index ---------------------------------------------------


def index_of(lead: Lead) -> bytes:
    return bytes(Lead.objects.values_list("email_index", flat=True).get(pk=lead.pk))


def test_while_the_index_key_rotates_everybody_is_found_and_afterwards_too(
    keys: Callable[..., None], settings: Settings
) -> None:
    old, new = settings.BLIND_INDEX_KEY, key()
    lead = LeadFactory(email="ana@example.com", phone="+12125550123")
    before = index_of(lead)
    keys(index=f"{new},{old}")
    assert Lead.objects.with_email("ana@example.com").get() == lead
    assert [f.what for f in findings(Lead)] == ["is indexed with an older key"] * 3
    output = io.StringIO()
    call_command("rotate_blind_index", stdout=output)
    assert "1 row reindexed." in output.getvalue()
    assert index_of(lead) != before
    keys(index=new)
    assert list(problems()) == list(findings(Lead)) == []
    assert Lead.objects.with_email("ana@example.com").get() == lead
    assert Lead.objects.with_last_four("0123").get() == lead


def test_an_interrupted_rotation_goes_on_where_it_stopped(
    keys: Callable[..., None], settings: Settings
) -> None:
    leads = [LeadFactory(email=f"{name}@example.com") for name in "abcd"]
    keys(index=f"{key()},{settings.BLIND_INDEX_KEY}")
    steps: list[int] = []

    def stop(rows: int) -> None:
        steps.append(rows)
        if len(steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_indexes(stop, rows_per_step=1)
    newest = key_checks.newest_index_check()
    assert newest.position == {"leads_lead": leads[1].pk}
    assert KeyCheck.objects.filter(purpose="index").count() == 2
    steps.clear()
    assert rotate_indexes(steps.append, rows_per_step=1).rotated == 2
    assert steps == [1, 1]
    assert KeyCheck.objects.get(purpose="index").position == {}
    assert list(findings(Lead)) == []


def test_verify_encryption_names_the_rows(keys: Callable[..., None]) -> None:
    sound, damaged, misplaced = (LeadFactory(email=f"{n}@example.com") for n in "abc")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE leads_lead SET email = set_byte(email, 20, 1 - sign(get_byte(email,"
            " 20))::int) WHERE id = %s",
            [damaged.pk],
        )
        cursor.execute(
            "UPDATE leads_lead SET email_index = (SELECT email_index FROM leads_lead"
            " WHERE id = %s) WHERE id = %s",
            [sound.pk, misplaced.pk],
        )
    output = io.StringIO()
    with pytest.raises(CommandError, match="2 things are wrong"):
        call_command("verify_encryption", stdout=output)
    assert output.getvalue().splitlines()[:4] != []
    told = [line for line in output.getvalue().splitlines() if " read" not in line]
    assert sorted(told) == sorted(
        [
            f"leads_lead {damaged.pk}: email does not open",
            f"leads_lead {misplaced.pk}: email_index is not the index of its value",
        ]
    )


def test_an_unreadable_row_keeps_the_old_key_registered(
    keys: Callable[..., None], settings: Settings
) -> None:
    lead = LeadFactory(email="ana@example.com")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET email = decode(repeat('01', 60), 'hex')")
    keys(index=f"{key()},{settings.BLIND_INDEX_KEY}")
    with pytest.raises(CommandError, match="1 row opens with no key"):
        call_command("rotate_blind_index", stdout=io.StringIO())
    assert KeyCheck.objects.filter(purpose="index").count() == 2
    assert index_of(lead)
