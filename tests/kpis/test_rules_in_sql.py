"""What triggers refuse, whoever writes; what stays possible beside it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from commissions.models import LeadProvider, Provider
from kpis.models import KpiEvent, MonthSnapshot
from leads.models import Lead
from medspa.models import User
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    CampaignSpendFactory,
    KpiEventFactory,
    LeadFactory,
    LeadStageFactory,
    ProviderFactory,
    StageFactory,
    TagFactory,
)
from tests.rules import constraint_of, update

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
IN_2030 = datetime(2030, 1, 1, tzinfo=UTC)


def refusal(act: Callable[[], object]) -> str:
    """The name of the rule by which the database refuses."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    return constraint_of(refused.value)


def inserted(row: models.Model) -> None:
    """Past everything that Python checks."""
    type(row)._base_manager.bulk_create([row])


# Refunds -------------------------------------------------------------------------


def refund_of(payment: KpiEvent, **changes: Any) -> KpiEvent:
    fields = {"lead": payment.lead, "occurred_at": payment.occurred_at, **changes}
    return KpiEventFactory.build(
        kind="invoice_refunded", value_cents=5, refund_of=payment, **fields
    )


def test_a_refund_is_not_dated_before_its_payment() -> None:
    payment = KpiEventFactory(paid=True, occurred_at=timezone.now() - HOUR)
    inserted(refund_of(payment))
    earlier = refund_of(payment, occurred_at=payment.occurred_at - HOUR)
    assert refusal(lambda: inserted(earlier)) == "kpis_kpievent_refund_follows"
    with pytest.raises(ValidationError, match="can't be dated before its payment"):
        earlier.save()


def test_neither_gets_a_date_that_turns_them_round() -> None:
    payment = KpiEventFactory(paid=True, occurred_at=timezone.now() - 2 * HOUR)
    refund = refund_of(payment, occurred_at=payment.occurred_at + HOUR)
    inserted(refund)
    for row, at in ((payment, 90), (refund, -1)):
        moved = {"occurred_at": payment.occurred_at + timedelta(minutes=at)}
        assert refusal(lambda: update(row, moved)) == "kpis_kpievent_refund_follows"  # noqa: B023
    update(payment, {"occurred_at": refund.occurred_at})
    update(refund, {"deleted_at": timezone.now()})
    update(payment, {"occurred_at": timezone.now()})


def test_a_voided_refund_comes_back_only_behind_its_payment() -> None:
    payment = KpiEventFactory(paid=True, occurred_at=timezone.now() - 2 * HOUR)
    refund = refund_of(payment, deleted_at=timezone.now())
    inserted(refund)
    update(payment, {"occurred_at": timezone.now() - HOUR})
    restored = {"deleted_at": None}
    assert refusal(lambda: update(refund, restored)) == "kpis_kpievent_refund_follows"
    update(payment, {"occurred_at": refund.occurred_at})
    update(refund, restored)


def test_a_refund_is_of_the_lead_of_its_payment() -> None:
    payment = KpiEventFactory(paid=True)
    others = refund_of(payment, lead=LeadFactory())
    assert refusal(lambda: inserted(others)) == "kpis_kpievent_refund_follows"


# Shown consults ------------------------------------------------------------------


def show(lead: Lead, booking: str) -> KpiEvent:
    return KpiEventFactory.build(
        lead=lead, kind="consult_show", metadata_json={"booking": booking}
    )


def test_a_shown_consult_names_a_booking_of_its_own_lead() -> None:
    booking, payment = KpiEventFactory(), KpiEventFactory(paid=True)
    wrong = [
        show(LeadFactory(), booking.pk),
        show(payment.lead, payment.pk),
        show(booking.lead, "gone"),
    ]
    for event in wrong:
        assert (
            refusal(lambda: inserted(event)) == "kpis_kpievent_show_has_booking"  # noqa: B023
        )
    inserted(show(booking.lead, booking.pk))
    unnamed = KpiEventFactory(lead=LeadFactory(), kind="consult_show")
    named = {"metadata_json": {"booking": booking.pk}}
    assert refusal(lambda: update(unnamed, named)) == "kpis_kpievent_show_has_booking"


# The future ----------------------------------------------------------------------


def test_nothing_happened_in_the_future() -> None:
    lead, event = LeadFactory(), KpiEventFactory()
    later = LeadFactory.build(created_at=IN_2030)
    assert refusal(lambda: inserted(later)) == "leads_lead_is_past"
    assert refusal(lambda: update(lead, {"created_at": IN_2030})) == (
        "leads_lead_is_past"
    )
    assert refusal(lambda: update(event, {"occurred_at": IN_2030})) == (
        "kpis_kpievent_not_in_the_future"
    )
    LeadFactory(created_at=timezone.now() + HOUR / 2)  # a web server's clock is wrong


def test_nothing_is_recorded_in_the_future() -> None:
    lead = LeadFactory()
    for row in (
        KpiEventFactory.build(lead=lead, occurred_at=IN_2030),
        ActivityFactory.build(lead=lead, created_at=IN_2030),
        LeadStageFactory.build(lead=lead, stage=StageFactory(), changed_at=IN_2030),
        LeadProvider(lead=lead, provider=ProviderFactory(), chosen_at=IN_2030),
    ):
        rule = f"{row._meta.db_table}_recorded_is_past"
        row.recorded_at = IN_2030
        assert refusal(lambda: inserted(row)) == rule  # noqa: B023
    event = KpiEventFactory()
    assert refusal(lambda: update(event, {"recorded_at": IN_2030})) == (
        "kpis_kpievent_recorded_is_past"
    )
    update(event, {"recorded_at": timezone.now() + HOUR / 2})


# What is only added to -----------------------------------------------------------


def history_rows() -> list[models.Model]:
    CampaignSpendFactory()
    KpiEventFactory()
    TagFactory()
    ProviderFactory()
    return [
        model._base_manager.first()
        for model in (
            Lead.history.model,
            KpiEvent.history.model,
            TagFactory._meta.model.history.model,
            CampaignFactory._meta.model.history.model,
            Provider.history.model,
            User.history.model,
            apps.get_model("medspa", "User_groupsHistory"),
        )
    ]


def sql(statement: str, *values: object) -> Callable[[], object]:
    def execute() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return execute


def test_history_is_neither_changed_nor_removed(manager: User) -> None:
    for row in history_rows():
        table = row._meta.db_table
        key = row._meta.pk.column
        change = f"UPDATE {table} SET {key} = 0 WHERE {key} = %s"  # noqa: S608
        remove = f"DELETE FROM {table} WHERE {key} = %s"  # noqa: S608
        assert refusal(sql(change, row.pk)) == f"{table}_stays"
        assert refusal(sql(remove, row.pk)) == f"{table}_stays"


def test_every_history_table_is_guarded() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relname ~ 'history$' AND NOT EXISTS ("
            "   SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid"
            "   AND tgname = relname || '_stays')"
        )
        assert cursor.fetchall() == []


def test_a_person_may_go_from_history_but_not_become_another(manager: User) -> None:
    row = Lead.history.model._base_manager.filter(id=LeadFactory().pk).first()
    table = Lead.history.model._meta.db_table
    statement = f"UPDATE {table} SET history_user_id = %s WHERE history_id = %s"  # noqa: S608
    assert refusal(sql(statement, manager.pk, row.pk)) == f"{table}_stays"
    sql(statement, None, row.pk)()


def test_a_snapshot_is_neither_changed_nor_removed() -> None:
    kept = MonthSnapshot.objects.create(
        month=date(2026, 3, 1),
        taken_on=date(2026, 4, 1),
        taken_at=timezone.now(),
        zone="America/New_York",
        **dict.fromkeys(
            (
                field.name
                for field in MonthSnapshot._meta.fields
                if isinstance(field, models.BigIntegerField)
            ),
            0,
        ),
    )
    for statement in (
        "UPDATE kpis_monthsnapshot SET leads = 5 WHERE id = %s",
        "DELETE FROM kpis_monthsnapshot WHERE id = %s",
    ):
        assert refusal(sql(statement, kept.pk)) == "kpis_monthsnapshot_stays"
