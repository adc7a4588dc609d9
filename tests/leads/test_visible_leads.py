"""What hangs on a deleted lead is as hidden as the lead, on every page of the admin."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from leads.models import Lead
from medspa.models import User
from tests import factories
from tests.medspa.admin_rows import label

STEPS_TO_A_LEAD = 2


def path_to_lead(model: Any, steps: int = STEPS_TO_A_LEAD) -> str:
    """`kpi_event__lead`: the foreign keys that lead from the model to a lead."""
    keys = [field for field in model._meta.fields if field.many_to_one]
    keys += [field for field in model._meta.fields if field.one_to_one]
    for field in keys:
        if field.related_model is Lead:
            return field.name
    for field in keys if steps > 1 else ():
        if rest := path_to_lead(field.related_model, steps - 1):
            return f"{field.name}__{rest}"
    return ""


PATHS = {
    model: path
    for model in admin.site._registry
    if (path := path_to_lead(model)) and model is not Lead
}
ROWS: dict[str, Any] = {
    "leads.activity": factories.ActivityFactory,
    "leads.leadstage": factories.LeadStageFactory,
    "leads.leadtag": factories.LeadTagFactory,
    "leads.contactpoint": factories.ContactPointFactory,
    "leads.opportunity": factories.OpportunityFactory,
    "leads.task": factories.TaskFactory,
    "kpis.kpievent": factories.KpiEventFactory,
    "commissions.credit": lambda lead: factories.CreditFactory(kpi_event__lead=lead),
}


def address(row: Any, page: str) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[] if page == "changelist" else [row.pk])


@pytest.fixture
def clerk(outsider: User) -> User:
    """Somebody who may do everything but restore leads."""
    outsider.user_permissions.set(Permission.objects.exclude(codename="restore_lead"))
    return outsider


@pytest.mark.slow
@pytest.mark.parametrize("model", PATHS, ids=label)
def test_rows_of_deleted_leads_are_opened_only_by_who_may_restore_them(
    model: Any, clerk: User, manager: User, client: Client
) -> None:
    gone, here = factories.LeadFactory.create_batch(2)
    hidden, shown = (ROWS[label(model)](lead=lead) for lead in (gone, here))
    gone.delete()
    for person, rows in ((clerk, {shown}), (manager, {hidden, shown})):
        client.force_login(person)
        listed = client.get(address(shown, "changelist")).context["cl"].result_list
        assert set(listed) == rows
        for row in (hidden, shown):
            opened = client.get(address(row, "change")).status_code
            assert opened == (200 if row in rows else 302)
            read = client.get(address(row, "history")).status_code
            assert read == 200 if row in rows else read in (302, 404)


def test_a_deleted_lead_and_its_history_are_closed_to_the_desk(
    front_desk: User, client: Client
) -> None:
    lead = factories.LeadFactory(email="old@example.com")
    lead.delete()
    client.force_login(front_desk)
    assert client.get(address(lead, "history")).status_code == 404
    assert client.get(address(lead, "change")).status_code == 302
    assert client.get(reverse("lead", args=[lead.pk])).status_code == 404


def test_nobody_finds_a_deleted_lead_by_the_search_of_a_form(
    front_desk: User, client: Client
) -> None:
    lead = factories.LeadFactory(first_name="Zelda")
    lead.delete()
    client.force_login(front_desk)
    asked = {"app_label": "leads", "model_name": "activity", "field_name": "lead"}
    found = client.get(reverse("admin:autocomplete"), asked | {"term": "Zelda"})
    assert found.status_code == 403 or found.json()["results"] == []


def test_what_is_deleted_is_restored_before_it_is_changed(
    manager: User, client: Client
) -> None:
    lead = factories.LeadFactory(first_name="Ana")
    worth = factories.OpportunityFactory(lead=lead, procedure_code="BTX")
    worth.procedure_code = "LASER"
    worth.save()
    lead.first_name = "Bea"
    lead.save()
    lead.delete()
    client.force_login(manager)
    assert (
        client.post(address(lead, "change"), {"first_name": "Eve"}).status_code == 403
    )
    for row, name in ((lead, "first_name"), (worth, "procedure_code")):
        record = row.history.filter(history_type="~").last()
        data = {"field": name, "record": record.history_id}
        assert client.post(address(row, "put_back"), data).status_code == 403
    lead.refresh_from_db()
    assert lead.first_name == "Bea"
