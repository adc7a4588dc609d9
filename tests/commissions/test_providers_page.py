"""The page of providers: who works here, who was deleted, and bringing one back."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from commissions.models import Provider
from medspa.models import User
from tests.factories import ProviderFactory, UserFactory
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/commissions/provider/"


def shown(client: Client) -> str:
    return text_of(client.get(ADDRESS))


def test_it_lists_providers_with_role_and_person(admin_client: Client) -> None:
    person = UserFactory(first_name="Mia", email="mia@example.com")
    ProviderFactory(name="Mia", role="nurse", user=person)
    page = shown(admin_client)
    assert '<td data-label="Role">Nurse</td>' in page
    assert "mia@example.com" in page and "Delete Mia" in page


def test_an_empty_list_says_what_to_do(admin_client: Client) -> None:
    assert "No providers yet. Add the first one" in shown(admin_client)


def test_a_deleted_provider_is_restored_by_one_click(admin_client: Client) -> None:
    ode = ProviderFactory(name="Dr. Ode")
    ode.delete()
    assert "Restore Dr. Ode" in shown(admin_client)
    form = {"action": "restore_selected", "_selected_action": ode.pk}
    said = admin_client.post(f"{ADDRESS}?deleted=yes", form, follow=True)
    assert "1 restored." in said.content.decode()
    assert Provider.objects.get() == ode


def test_whoever_only_reads_gets_no_buttons(client: Client, manager: User) -> None:
    ProviderFactory(name="Dr. Ode").delete()
    ProviderFactory(name="Mia")
    client.force_login(manager)
    page = shown(client)
    assert "Mia" in page
    for button in ("Add provider", "Delete Mia", "Restore Dr. Ode"):
        may = manager.has_perm(
            f"commissions.{'add' if 'Add' in button else 'delete'}_provider"
        )
        assert (button in page) == may


def test_a_deleted_provider_is_listed_once(admin_client: Client) -> None:
    ProviderFactory(name="Dr. Ode").delete()
    page = shown(admin_client)
    assert "Restore Dr. Ode" in page
    assert "Delete Dr. Ode" not in page


def test_only_who_may_delete_providers_is_offered_to(client: Client) -> None:
    ProviderFactory(name="Mia")
    for more, is_offered in (((), False), (("delete_provider",), True)):
        user = UserFactory(is_staff=True)
        names = ("view_provider", "change_provider", *more)
        rows = Permission.objects.filter(content_type__app_label="commissions")
        user.user_permissions.set(rows.filter(codename__in=names))
        client.force_login(user)
        page = shown(client)
        assert "Mia" in page
        assert ("Delete Mia" in page) == is_offered


def test_the_form_presets_no_role_and_says_none_for_nobody(
    admin_client: Client,
) -> None:
    form = admin_client.get(f"{ADDRESS}add/").content.decode()
    assert re.search(r'<option value="" selected[^>]*>\s*Choose…', form)
    assert re.search(r'<option value="" selected[^>]*>\s*None', form)
    assert "View selected" not in form and "Select value" not in form
    refused = admin_client.post(f"{ADDRESS}add/", {"name": "Mia"}).content.decode()
    assert "errorlist" in refused
    assert not Provider.objects.exists()


def test_providers_stand_in_the_order_of_their_names(admin_client: Client) -> None:
    """Those who are here, then those who were deleted."""
    for name in ("Mia", "Cleo", "Zoe", "Ana"):
        ProviderFactory(name=name)
    for name in ("Mia", "Cleo"):
        Provider.objects.get(name=name).delete()
    page = admin_client.get(ADDRESS).context
    for listed, names in (("rows", ["Ana", "Zoe"]), ("archived", ["Cleo", "Mia"])):
        assert [str(shown.row) for shown in page[listed]] == names


def test_the_name_of_a_deleted_provider_can_be_used_again(
    admin_client: Client,
) -> None:
    form = {"name": "dr. ode", "role": "nurse", "user": ""}
    ode = ProviderFactory(name="Dr. Ode")
    refused = admin_client.post(f"{ADDRESS}add/", form).text
    assert "There is already a provider with this name." in refused
    ode.delete()
    admin_client.post(f"{ADDRESS}add/", form)
    assert Provider.objects.get().name == "dr. ode"
