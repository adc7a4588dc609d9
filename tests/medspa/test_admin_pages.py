"""Every admin page answers each role as the permission table says."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from campaigns.models import CampaignSpend
from medspa.models import User
from medspa.roles import ROLES
from tests import factories
from tests.medspa.admin_rows import OPEN, ROWS, label, opens

# In the admin's place the lead's form is for administrators alone.
LEAD_PAGES = {"changelist", "add", "change"}
LEAD_PAGES_OF = {"Administrator": {"add", "change"}}
OURS = ("leads", "campaigns", "kpis", "commissions", "safekeeping", "medspa", "auth")


MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


# Pages of the admin that lead to pages of our own.
ELSEWHERE = {
    "leads.lead": ("changelist",),
    "medspa.user": ("changelist", "change"),
    "auth.group": ("changelist", "change"),
}


def rows_of(model: Any) -> list[dict[str, Any]]:
    return list(model._base_manager.order_by("pk").values())


def test_every_table_of_the_admin_has_a_row_to_show() -> None:
    missing = {label(model) for model in admin.site._registry} - set(ROWS)
    assert not missing, "Add a row of each to ROWS in tests/medspa/admin_rows.py."


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_pages_answer_as_the_permission_table_says(
    model: Any, role: str, person: Callable[[str], User], client: Client
) -> None:
    row = ROWS[label(model)]()
    client.force_login(person(role))
    pages = ["changelist", "add", "change", "delete"]
    if hasattr(model, "history"):
        pages.append("history")
    for page in pages:
        args = [row.pk] if page in ("change", "delete", "history") else []
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        answer = client.get(reverse(name, args=args))
        wanted = 200 if opens(role, model, page) else 403
        if wanted == 200 and page in ELSEWHERE.get(label(model), ()):
            wanted = 302
        is_lead = label(model) == "leads.lead" and wanted == 200
        if is_lead and page in LEAD_PAGES - LEAD_PAGES_OF.get(role, set()):
            wanted = 302  # to a page of our own
        assert answer.status_code == wanted, f"{page} of {label(model)} for {role}"


@pytest.mark.parametrize(
    "model", [model for model in MODELS if label(model) not in OPEN], ids=label
)
def test_facts_are_written_by_no_form_whoever_asks(
    model: Any, superuser: User, client: Client
) -> None:
    row = ROWS[label(model)]()
    before = rows_of(model)
    client.force_login(superuser)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for page in ("add", "change", "delete"):
        address = reverse(f"{name}_{page}", args=[] if page == "add" else [row.pk])
        answer = client.post(address, {"post": "yes"})
        assert answer.status_code == 403, page
    client.post(
        reverse(f"{name}_changelist"),
        {"action": "delete_selected", ACTION_CHECKBOX_NAME: row.pk, "post": "yes"},
    )
    assert rows_of(model) == before


def test_spend_is_shown_beside_its_campaign_and_entered_elsewhere(
    superuser: User, client: Client
) -> None:
    spend = factories.CampaignSpendFactory(spend_cents=123_450)
    client.force_login(superuser)
    address = reverse("admin:campaigns_campaign_change", args=[spend.campaign_id])
    page = client.get(address).content.decode()
    assert "$1,234.50" in page
    assert 'name="spends-0-spend_cents"' not in page
    said = {
        "name": "Renamed",
        "platform": "google",
        "monthly_spend_cents": "0",
        "spends-TOTAL_FORMS": "2",
        "spends-INITIAL_FORMS": "1",
        "spends-0-id": spend.pk,
        "spends-0-campaign": spend.campaign_id,
        "spends-0-spend_cents": "1",
        "spends-0-DELETE": "on",
        "spends-1-campaign": spend.campaign_id,
        "spends-1-month": "2026-01-01",
        "spends-1-spend_cents": "1",
    }
    assert client.post(address, said).status_code == 302
    kept = CampaignSpend.objects.get()
    assert (kept.campaign.name, kept.spend_cents) == ("Renamed", 123_450)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_the_sidebar_shows_only_what_opens(
    role: str, person: Callable[[str], User], client: Client
) -> None:
    client.force_login(person(role))
    home = client.get("/", follow=True)
    links = [
        item["link"]
        for group in home.context.get("sidebar_navigation", [])
        for item in group["items"]
        if item["has_permission"]
    ]
    assert links
    for link in links:
        assert client.get(str(link)).status_code == 200, link


def test_only_the_page_one_is_on_is_marked(manager: User, client: Client) -> None:
    client.force_login(manager)
    for address in (
        "/leads/board/",
        "/leads/",
        "/leads/deleted/",
        "/leads/tags/",
        "/kpis/",
        "/payments/",
        "/campaigns/",
        "/commissions/",
        "/commissions/credits/",
    ):
        groups = client.get(address).context["sidebar_navigation"]
        marked = [
            str(item["link"])
            for group in groups
            for item in group["items"]
            if item["active"]
        ]
        assert marked == [address]


def test_who_is_not_signed_in_is_sent_to_the_login(client: Client, db: None) -> None:
    for address in ("/", "/leads/board/", "/kpis/", "/admin/leads/lead/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_somebody_without_a_role_is_told_whom_to_ask(
    outsider: User, client: Client
) -> None:
    client.force_login(outsider)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "Ask an administrator" in answer.content.decode()


def test_the_front_desk_sees_campaigns_without_their_spend(
    front_desk: User, client: Client
) -> None:
    campaign = factories.CampaignFactory(monthly_spend_cents=777_700)
    factories.CampaignSpendFactory(campaign=campaign, spend_cents=888_800)
    client.force_login(front_desk)
    for address in (
        reverse("admin:campaigns_campaign_changelist"),
        reverse("admin:campaigns_campaign_change", args=[campaign.pk]),
    ):
        page = client.get(address).content.decode()
        assert campaign.name in page
        assert "7,777" not in page
        assert "8888" not in page.replace(",", "")


def test_titles_are_words_that_people_use(manager: User, client: Client) -> None:
    stage = factories.StageFactory(name="Waiting")
    client.force_login(manager)
    for address, title in (
        ("/admin/leads/pipelinestage/", "Stages | MedSpa Growth Hub"),
        ("/admin/leads/pipelinestage/add/", "Add stage | MedSpa Growth Hub"),
        (
            f"/admin/leads/pipelinestage/{stage.pk}/history/",
            "History | MedSpa Growth Hub",
        ),
    ):
        page = client.get(address).content.decode()
        assert title in " ".join(page.split())


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_row_that_is_gone_leads_to_its_list(
    page: str, manager: User, client: Client
) -> None:
    client.force_login(manager)
    answer = client.get(f"/admin/commissions/provider/gone/{page}/", follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/commissions/provider/"
    text = answer.content.decode()
    assert "This provider doesn&#x27;t exist. It may have been deleted." in text
    assert "gone" not in text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/admin/leads/leadsource/add/", "Choose…"),
        ("/admin/leads/leadlostreason/add/", "Choose…"),
        ("/leads/{lead}/edit/heard_from/", "Not asked"),
    ],
)
def test_an_empty_choice_is_named_in_words(
    address: str, words: str, manager: User, client: Client
) -> None:
    client.force_login(manager)
    lead = factories.LeadFactory()
    page = client.get(address.format(lead=lead.pk)).content.decode()
    assert words in page
    assert "-----" not in page
