"""Every address of ours answers every kind of person as `addresses.py` says."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from medspa.models import User
from medspa.setup.checklist import end_checklist
from tests import factories
from tests.medspa.addresses import (
    ADDRESSES,
    FOR_ALL,
    OF_ROWS,
    PUBLIC,
    Address,
    filled,
)

pytestmark = pytest.mark.slow

PEOPLE = {"F": "Front desk", "M": "Manager", "P": "Provider", "A": "Administrator"}


def names(resolver: Any) -> Iterator[str]:
    """The names of all addresses outside the admin."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield str(entry.name)
        elif isinstance(entry, URLResolver) and entry.namespace not in (
            "admin",
            "api",
        ):
            yield from names(entry)


@pytest.fixture
def rows(db: None) -> dict[str, Any]:
    """A clinic with one of everything, none of which is the visitor's."""
    stage, other_stage, old_stage = factories.StageFactory.create_batch(3)
    lead, other_lead, deleted_lead = factories.LeadFactory.create_batch(3, stage=stage)
    deleted_lead.delete()
    old_stage.delete()
    statement = factories.StatementFactory(
        provider=factories.ProviderFactory(user=factories.UserFactory())
    )
    return {
        "stage": stage,
        "other_stage": other_stage,
        "form": factories.WebFormFactory(),
        "old_stage": old_stage,
        "old_procedure": factories.ProcedureFactory(deleted_at=timezone.now()),
        "old_source": factories.LeadSourceFactory(deleted_at=timezone.now()),
        "old_reason": factories.LeadLostReasonFactory(deleted_at=timezone.now()),
        "procedure_name": factories.ProcedureNameFactory(),
        "lead": lead,
        "other_lead": other_lead,
        "deleted_lead": deleted_lead,
        "stay": lead.stage_periods.get(),
        "activity": factories.ActivityFactory(lead=lead),
        "task": factories.TaskFactory(lead=lead),
        "tag": factories.TagFactory(),
        "bulk": factories.BulkRunFactory(),
        "view": factories.SavedViewFactory(is_shared=True),
        "file": factories.ImportFileFactory(),
        "campaign": factories.CampaignFactory(),
        "payment": factories.KpiEventFactory(lead=lead, paid=True),
        "statement": statement,
        "line": factories.StatementLineFactory(statement=statement),
        "dispute": factories.DisputeFactory(statement=statement),
        "rule": factories.CommissionRuleFactory(),
        "run": factories.JobRunFactory(),
        "person": factories.UserFactory(),
        "connection": factories.ConnectionFactory(),
        "delivery": factories.ReceivedDeliveryFactory(),
        "unmatched": factories.UnmatchedEventFactory(),
        "compared": factories.ConnectionFactory(door="gohighlevel"),
        "difference": factories.FieldDifferenceFactory(),
        "batch": factories.IntakeBatchFactory(),
        "undo": factories.UndoRunFactory(),
        "hold": factories.LegalHoldFactory(lead=other_lead),
        "key": factories.ApiKeyFactory(),
        "endpoint": factories.WebhookEndpointFactory(),
        "request": factories.ErasureRequestFactory(lead=other_lead),
        "certificate": factories.CertificateFactory(),
        "export": factories.LeadExportFactory(),
    }


def ask(client: Client, address: Address, rows: dict[str, Any]) -> Any:
    """The answer; whatever the act did is rolled back."""
    page = reverse(address.name, args=filled(address.args, rows).split())
    query = f"?{filled(address.query, rows)}" if address.query else ""
    data = QueryDict(filled(address.data, rows))
    with transaction.atomic():
        answer = getattr(client, address.method)(f"{page}{query}", data or None)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def wrong_answers(client: Client, rows: dict[str, Any], letter: str) -> Iterator[str]:
    for address in ADDRESSES:
        is_let_in = letter in address.may or letter == "superuser"
        wanted = address.status if is_let_in else address.others
        said = ask(client, address, rows).status_code
        if said != wanted:
            yield f"{address.method} {address}: {said} instead of {wanted}"


def test_every_address_says_who_may_open_it() -> None:
    written = {address.name for address in ADDRESSES} | FOR_ALL | PUBLIC
    found = set(names(get_resolver()))
    assert sorted(found - written) == [], (
        "Say in tests/medspa/addresses.py who may open these addresses."
    )
    assert sorted(written - found) == [], "These addresses are gone."


@pytest.mark.parametrize("letter", PEOPLE)
def test_each_role_opens_its_addresses_and_no_other(
    letter: str, rows: dict[str, Any], person: Any, client: Client
) -> None:
    client.force_login(person(PEOPLE[letter]))
    assert list(wrong_answers(client, rows, letter)) == []


def test_somebody_without_a_role_opens_nothing(
    rows: dict[str, Any], outsider: User, client: Client
) -> None:
    client.force_login(outsider)
    assert list(wrong_answers(client, rows, "outsider")) == []
    assert client.get("/").status_code == 403


def test_a_superuser_opens_everything(
    rows: dict[str, Any], outsider: User, client: Client
) -> None:
    outsider.is_superuser = True
    outsider.save()
    client.force_login(outsider)
    assert list(wrong_answers(client, rows, "superuser")) == []


def test_a_stranger_signs_in_first(rows: dict[str, Any], client: Client) -> None:
    let_in = []
    for address in ADDRESSES:
        answer = ask(client, address, rows)
        is_sent = answer.status_code == 302 and "/admin/login/" in answer["Location"]
        if not is_sent and answer.status_code != 403:
            let_in.append(f"{address.method} {address}: {answer.status_code}")
    assert let_in == []
    for name in FOR_ALL:
        address = reverse(name, args=["c0"] if name in OF_ROWS else [])
        assert "/admin/login/" in client.get(address)["Location"]


def test_who_lacks_the_one_right_is_refused_whatever_else_they_may(
    rows: dict[str, Any], outsider: User, client: Client
) -> None:
    everything = Permission.objects.all()
    outsider.user_permissions.set(everything)
    client.force_login(outsider)
    let_in = []
    for address in ADDRESSES:
        app, codename = address.right.split(".")
        missing = Permission.objects.get(content_type__app_label=app, codename=codename)
        outsider.user_permissions.remove(missing)
        if ask(client, address, rows).status_code != address.others:
            let_in.append(f"{address.method} {address} without {address.right}")
        outsider.user_permissions.add(missing)
    assert let_in == []


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("Front desk", "/leads/today/"),
        ("Manager", "/leads/board/"),
        ("Administrator", "/leads/board/"),
        ("Provider", "/commissions/mine/"),
    ],
)
def test_each_role_starts_on_its_own_page(
    role: str, page: str, person: Any, client: Client
) -> None:
    end_checklist()
    client.force_login(person(role))
    assert client.get("/")["Location"] == page
