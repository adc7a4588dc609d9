"""Every form of the admin that people may save, with good values and with bad ones."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from medspa.models import User
from tests.medspa.admin_rows import FORMS, OPEN, ROWS, label

MODELS = [model for model in admin.site._registry if label(model) in OPEN]
WITH_HISTORY = [model for model in MODELS if hasattr(model, "history")]
ODD = ("\0", "9" * 30, "x" * 3000)


def page_of(model: Any, page: str, row: Any = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[row.pk] if row else [])


def rows_of(model: Any) -> list[dict[str, Any]]:
    return list(model._base_manager.order_by("pk").values())


def test_every_form_that_people_may_save_is_posted() -> None:
    missing = OPEN - set(FORMS)
    assert not missing, "Add a good and bad form to FORMS in tests/medspa/admin_rows.py"
    assert {label(model) for model in MODELS} == OPEN


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_good_values_are_added_and_bad_ones_refused(
    model: Any, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    form = FORMS[label(model)]
    good = form.good()
    before = rows_of(model)
    for bad in form.bad:
        answer = client.post(page_of(model, "add"), good | bad)
        assert answer.status_code == 200, bad
        assert answer.context["errors"], bad
        assert rows_of(model) == before
    count = model._base_manager.count()
    assert client.post(page_of(model, "add"), good).status_code == 302
    assert model._base_manager.count() == count + 1
    for name in good:
        for text in ODD:
            client.post(page_of(model, "add"), good | {name: text})


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_good_values_are_changed_and_bad_ones_refused(
    model: Any, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    form, row = FORMS[label(model)], ROWS[label(model)]()
    good = form.good()
    address = page_of(model, "change", row)
    before = rows_of(model)
    for bad in form.bad:
        answer = client.post(address, good | bad)
        assert answer.status_code == 200, bad
        assert answer.context["errors"], bad
        assert rows_of(model) == before
    assert client.post(address, good).status_code == 302
    assert rows_of(model) != before
    for name in good:
        for text in ODD:
            client.post(address, good | {name: text})


@pytest.mark.slow
@pytest.mark.parametrize("model", WITH_HISTORY, ids=label)
def test_a_past_value_is_put_back_and_nonsense_is_refused(
    model: Any, superuser: User, client: Client
) -> None:
    row = ROWS[label(model)]()
    name, later = FORMS[label(model)].put_back
    before = getattr(row, name)
    setattr(row, name, later)
    row.save()
    record = str(row.history.first().history_id)
    client.force_login(superuser)
    address = page_of(model, "put_back", row)
    for said in ({"field": "id"}, {"field": "\0"}, {"field": name, "record": "²"}):
        answer = client.post(address, {"record": record} | said)
        assert answer.status_code in (403, 404)
    for odd in ("9" * 40, "-1", "", "\0"):
        answer = client.post(address, {"field": name, "record": odd})
        assert answer.status_code == 404
    answer = client.post(address, {"field": name, "record": record})
    assert answer.status_code == 302
    assert getattr(model._base_manager.get(pk=row.pk), name) == before


def test_a_forged_number_of_forms_is_refused_before_it_costs_seconds(
    superuser: User, client: Client, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = superuser
    for listing in admin.site._registry.values():
        for inline in listing.get_inline_instances(request):
            assert inline.get_formset(request).absolute_max <= 50, inline
    client.force_login(superuser)
    form = FORMS["leads.lead"].good() | {"opportunity-TOTAL_FORMS": "9" * 30}
    answer = client.post("/admin/leads/lead/add/", form)
    [opportunities] = answer.context["inline_admin_formsets"]
    assert opportunities.formset.non_form_errors() == ["Please submit at most 1 form."]
    assert len(opportunities.formset.forms) == 50


@pytest.mark.slow
@pytest.mark.parametrize("model", list(admin.site._registry), ids=label)
def test_pages_of_a_row_that_is_not_there_say_so(
    model: Any, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    there = reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=["ROW"]
    )
    for odd in ("c" + "0" * 24, "%00", "9" * 40, "x" * 300, "%C2%B2"):
        for page in ("change", "delete", "history"):
            address = there.replace("ROW/change", f"{odd}/{page}")
            assert client.get(address).status_code in (302, 400, 403, 404)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=label)
def test_a_row_is_found_by_no_field_that_is_empty(
    model: Any, superuser: User, client: Client
) -> None:
    row = ROWS[label(model)]()
    client.force_login(superuser)
    for page in ("change", "delete"):
        answer = client.get(page_of(model, page, row), {"_to_field": ""})
        assert answer.status_code in (200, 302, 403)
