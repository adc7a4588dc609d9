"""Each page and button needs its own permissions: one less refuses, they alone do."""

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from commissions import jobs
from commissions.credits.payment_form import shares_panel
from commissions.models import Dispute, InputChange, OpenPayment, ReconciledMonth
from commissions.statements.calculate import run_month
from commissions.views.actions import may_see
from kpis.lead_page.payment_form import form_panels
from kpis.models import KpiEvent
from medspa.jobs.registry import refusal_of
from medspa.models import User
from tests.commissions.clinic import MARCH, TEN_PERCENT, agree, hire, pay, statement_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
# Name of the address, method, permissions of the app.
NEEDED = [
    ("commissions", "get", {"view_month"}),
    ("uncredited", "get", {"view_month"}),
    ("commissions_csv", "get", {"view_month"}),
    ("commissions_year", "get", {"view_month"}),
    ("my_commissions", "get", {"view_own_statement"}),
    ("statement", "get", {"view_month"}),
    ("statement_changes", "get", {"view_month"}),
    ("statement_csv", "get", {"view_month"}),
    ("statement_pdf", "get", {"view_month"}),
    ("credit_payment", "get", {"change_credit", "add_credit"}),
    ("credit_payment", "post", {"change_credit", "add_credit"}),
    ("credit_defaults", "post", {"add_credit"}),
    ("name_provider", "post", {"add_leadprovider"}),
    ("run_month", "post", {"run_month"}),
    ("approve_statements", "post", {"approve_statement"}),
    ("lock_statements", "post", {"lock_statement"}),
    ("pay_statements", "post", {"lock_statement"}),
    ("unlock_statement", "post", {"lock_statement"}),
    ("dispute_line", "post", {"add_dispute", "view_month"}),
    ("settle_dispute", "post", {"settle_dispute"}),
    ("withdraw_dispute", "post", {"add_dispute", "view_month"}),
    ("commission_rules", "get", {"view_commissionrule"}),
    ("commission_rule", "get", {"view_commissionrule"}),
    ("commission_rule", "post", {"change_commissionrule"}),
    ("new_rule", "get", {"add_commissionrule"}),
    ("new_rule", "post", {"add_commissionrule"}),
    ("remove_rule", "post", {"delete_commissionrule"}),
]
EVERY = set().union(*(needed for _, _, needed in NEEDED))


def allowed(names: set[str]) -> User:
    user = UserFactory(is_staff=True)
    rows = Permission.objects.filter(content_type__app_label="commissions")
    user.user_permissions.set(rows.filter(codename__in=names))
    assert user.user_permissions.count() == len(names)
    return user


@pytest.fixture
def sale() -> KpiEvent:
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    sale = pay(ana, 45_005)
    run_month(MARCH)
    return sale


def address(name: str, sale: KpiEvent) -> str:
    statement = statement_of(sale.credits.get().provider)
    line = statement.lines.get()
    if name in ("statement", "unlock_statement") or name.startswith("statement_"):
        return reverse(name, args=[statement.pk])
    if name in ("settle_dispute", "withdraw_dispute"):
        dispute = line.disputes.first() or Dispute.objects.create(
            statement=statement, line=line, reason="rule", raised_by=UserFactory()
        )
        return reverse(name, args=[dispute.pk])
    about = {
        "credit_payment": sale.pk,
        "name_provider": sale.lead_id,
        "dispute_line": line.pk,
        "commission_rule": line.rule_id,
        "remove_rule": line.rule_id,
    }
    if name in about:
        return reverse(name, args=[about[name]])
    return reverse(name) + "?type=percent"


@pytest.mark.slow
def test_each_needs_its_permissions_and_no_other(
    sale: KpiEvent, client: Client
) -> None:
    for name, method, needed in NEEDED:
        with transaction.atomic():
            place = address(name, sale)
            for one in needed:
                client.force_login(allowed(EVERY - {one}))
                answer = getattr(client, method)(place)
                assert answer.status_code == 403, (place, one)
            client.force_login(allowed(needed))
            assert getattr(client, method)(place).status_code in (200, 302), place
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        (jobs.RUN, "run_month"),
        (jobs.APPROVE, "approve_statement"),
        (jobs.LOCK, "lock_statement"),
    ],
)
def test_a_worker_asks_for_the_permission_of_the_button(kind: str, right: str) -> None:
    """Again, since it may be gone by the time that the job begins."""
    run = jobs.begin_job(kind, MARCH, allowed({right}), "/")
    assert refusal_of(run) == ""
    run.made_by = allowed(EVERY - {right})
    assert "no longer has permission" in refusal_of(run)


def test_buttons_do_nothing_when_their_address_is_opened(
    sale: KpiEvent, client: Client
) -> None:
    client.force_login(allowed(EVERY))
    for name in {name for name, method, _ in NEEDED if method == "post"}:
        expected = 200 if (name, "get") in {each[:2] for each in NEEDED} else 405
        assert client.get(address(name, sale)).status_code == expected, name


def test_a_statement_is_seen_by_managers_and_by_its_own_provider_who_may(
    sale: KpiEvent,
) -> None:
    ana = sale.credits.get().provider
    ana.user = allowed({"view_own_statement"})
    ana.save()
    statement = statement_of(ana)
    assert may_see(ana.user, statement)
    assert may_see(allowed({"view_month"}), statement)
    assert not may_see(allowed({"view_own_statement"}), statement)
    ana.user.user_permissions.clear()
    ana.user = User.objects.get(pk=ana.user.pk)
    statement.provider.user = ana.user
    assert not may_see(ana.user, statement)


@pytest.mark.parametrize("missing", ["add_credit", "change_credit"])
def test_the_split_is_offered_to_those_who_may_credit(
    missing: str, sale: KpiEvent
) -> None:
    may = {"add_credit", "change_credit"}
    assert form_panels(sale.lead, allowed(may))
    assert form_panels(sale.lead, allowed(may - {missing})) == []


def test_the_split_is_offered_where_somebody_earns_with_rows_for_everybody(
    sale: KpiEvent,
) -> None:
    may = allowed({"add_credit", "change_credit"})
    shown = shares_panel(sale.lead, may).shown
    assert [(row.number, row.provider, row.percent) for row in shown.rows] == [
        (1, None, ""),
        (2, None, ""),
        (3, None, ""),
    ]
    assert shown.more == []
    for _ in range(4):
        hire()
    del sale.lead._earnings
    assert [row.number for row in shares_panel(sale.lead, may).shown.more] == [4, 5]
    for _ in range(6):
        hire()
    del sale.lead._earnings
    assert [row.number for row in shares_panel(sale.lead, may).shown.more][-1] == 8


@pytest.mark.parametrize("model", [InputChange, OpenPayment, ReconciledMonth])
def test_nobody_is_given_rights_on_what_triggers_write(model: type[Model]) -> None:
    """People choose among all rights there are when they make a group."""
    options = model._meta
    assert [*options.default_permissions, *options.permissions] == []
