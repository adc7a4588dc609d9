"""Two people who add or rename to the same at the same moment: the second is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from leads.lists import procedure_names
from leads.models import LeadSource, Procedure, ProcedureName
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def while_validated(monkeypatch: Any, model: Any, act: Callable[[], Any]) -> None:
    """Do `act` by another connection once the first form was found to be valid."""
    save, done = model.save_base, []

    def in_thread() -> None:
        try:
            act()
        finally:
            connection.close()

    def save_after(row: Any, *args: Any, **kwargs: Any) -> None:
        if not done:
            done.append(True)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(in_thread).result()
        save(row, *args, **kwargs)

    monkeypatch.setattr(model, "save_base", save_after)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_who_adds_a_name_that_was_taken_meanwhile_is_told(
    desk: Client, monkeypatch: Any
) -> None:
    while_validated(
        monkeypatch, Procedure, lambda: factories.ProcedureFactory(name="Glow peel")
    )
    answer = desk.post(
        reverse("admin:leads_procedure_add"),
        {"name": "Glow peel", "category": "service"},
    )
    assert answer.status_code == 200
    assert "This name is already in the list." in answer.text
    assert Procedure.objects.filter(name="Glow peel").count() == 1


def test_who_renames_to_a_name_that_was_taken_meanwhile_is_told(
    desk: Client, monkeypatch: Any
) -> None:
    row = factories.ProcedureFactory(name="Peel")
    while_validated(
        monkeypatch, Procedure, lambda: factories.ProcedureFactory(name="Glow peel")
    )
    answer = desk.post(
        reverse("admin:leads_procedure_change", args=[row.pk]),
        {"name": "Glow peel", "category": "service"},
    )
    assert answer.status_code == 200
    assert "This name is already in the list." in answer.text


def test_two_names_that_are_alike_get_two_codes(desk: Client, monkeypatch: Any) -> None:
    while_validated(
        monkeypatch,
        LeadSource,
        lambda: factories.LeadSourceFactory(name="Open house", code="open_house"),
    )
    form = {"name": "Open-house", "meaning": "other"}
    desk.post(reverse("admin:leads_leadsource_add"), form)
    assert LeadSource.objects.get(name="Open-house").code == "open_house2"


def test_two_who_name_a_procedure_at_once_are_both_told_what_it_means(
    desk: Client, monkeypatch: Any
) -> None:
    one, other = factories.ProcedureFactory(), factories.ProcedureFactory()
    while_validated(
        monkeypatch,
        ProcedureName,
        lambda: procedure_names.add_name("Glow lift", other.pk),
    )
    form = {"name": "Glow lift", "procedure": one.pk}
    answer = desk.post(reverse("add_procedure_name"), form, follow=True)
    assert f"“Glow lift” already means {other}." in answer.text
