"""Linking a person to a provider gives the role that shows their statements."""

import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from commissions.models import Provider
from medspa.models import User
from medspa.roles import PROVIDER
from tests.factories import UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


def link(client: Client, provider: Provider, person: User | None) -> str:
    address = reverse("admin:commissions_provider_change", args=[provider.pk])
    page = client.get(address).content.decode()
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    data = {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}
    data |= {"name": provider.name, "role": provider.role}
    data["user"] = str(person.pk) if person else ""
    answer = client.post(address, data, follow=True)
    return text_of(answer)


def test_an_administrator_gives_the_role_with_the_link(
    ana: Provider, administrator: User, client: Client
) -> None:
    person = UserFactory(username="ana")
    client.force_login(administrator)
    page = link(client, ana, person)
    assert f"{person} now has the role Provider and can see Ana" in page
    assert person.groups.get().name == PROVIDER
    assert "can see" not in link(client, ana, None)


def test_a_manager_is_told_what_is_missing(
    ana: Provider, manager: User, client: Client
) -> None:
    person = UserFactory(username="ana")
    client.force_login(manager)
    page = link(client, ana, person)
    assert "Ask an administrator to add the role Provider." in page
    assert not person.groups.exists()
    person.groups.add(Group.objects.get(name=PROVIDER))
    link(client, ana, None)
    person = User.objects.get(pk=person.pk)
    assert f"{person} can see Ana RN&#x27;s statements." in link(client, ana, person)


def test_an_account_that_is_off_is_named(
    ana: Provider, administrator: User, client: Client
) -> None:
    person = UserFactory(username="ana", is_active=False)
    client.force_login(administrator)
    assert "the account is turned off" in link(client, ana, person)
    assert not person.groups.exists()


def test_whoever_has_no_page_may_ask_for_the_provider_role(
    outsider: User, client: Client
) -> None:
    client.force_login(outsider)
    assert "Manager, Provider or Administrator" in client.get("/").content.decode()
