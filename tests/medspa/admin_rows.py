"""One row of every table that the admin shows, and what its forms may save."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group

from medspa.roles import FRONT_DESK, permissions_of
from tests import factories

# What people set up or enter by a form. Every other table shows what acts of their own
# wrote: a new one is closed to everybody until it is named here.
OPEN = {
    "leads.lead",
    "leads.pipelinestage",
    "leads.tag",
    "leads.procedure",
    "leads.leadsource",
    "leads.leadlostreason",
    "campaigns.campaign",
    "commissions.provider",
}
ROWS: dict[str, Callable[[], Any]] = {
    "leads.lead": lambda: factories.LeadFactory(admitted=True),
    "leads.activity": factories.ActivityFactory,
    "leads.contactpoint": factories.ContactPointFactory,
    "leads.leadstage": factories.LeadStageFactory,
    "leads.leadtag": factories.LeadTagFactory,
    "leads.exportlog": factories.ExportLogFactory,
    "leads.opportunity": factories.OpportunityFactory,
    "leads.pipelinestage": factories.StageFactory,
    "leads.procedure": factories.ProcedureFactory,
    "leads.leadsource": factories.LeadSourceFactory,
    "leads.leadlostreason": factories.LeadLostReasonFactory,
    "leads.tag": factories.TagFactory,
    "leads.tagsuggestion": factories.TagSuggestionFactory,
    "leads.task": factories.TaskFactory,
    "campaigns.campaign": factories.CampaignFactory,
    "kpis.kpievent": factories.KpiEventFactory,
    "commissions.provider": factories.ProviderFactory,
    "commissions.commissionrule": factories.CommissionRuleFactory,
    "commissions.credit": factories.CreditFactory,
    "medspa.user": factories.UserFactory,
    "auth.group": lambda: Group.objects.first(),
}


def label(model: Any) -> str:
    return model._meta.label_lower


# Reading the history of some rows takes more than seeing them.
HISTORY_NEEDS = {
    "leads.lead": "leads.read_history",
    "campaigns.campaign": "campaigns.view_spend",
}
PUT_BACK_NEEDS = {"leads.lead": "leads.put_back", "leads.opportunity": "leads.put_back"}


def opens(role: str, model: Any, page: str, method: str = "get") -> bool:
    """Whether the permission table lets `role` open the page, or send its form."""
    app, name = label(model).split(".")
    may = permissions_of(role)
    is_open = label(model) in OPEN
    view = f"{app}.view_{name}" in may
    change = f"{app}.change_{name}" in may and is_open
    match page:
        case "changelist":
            return view or change
        case "change":
            return change if method == "post" else view or change
        case "add":
            return f"{app}.add_{name}" in may and is_open
        case "delete":
            return f"{app}.delete_{name}" in may and is_open
        case "history":
            return HISTORY_NEEDS.get(label(model), f"{app}.view_{name}") in may
        case "put_back":
            change = f"{app}.change_{name}" in may
            return change and PUT_BACK_NEEDS.get(label(model), "") in {*may, ""}
        case "split":
            return "commissions.change_credit" in may
    return change


@dataclass(frozen=True)
class SavedForm:
    """What a form of the admin is posted with.

    `good` is saved by add and by change; each of `bad` changes it to what is refused.
    `put_back` is a field and a value that it may have had before.
    """

    good: Callable[[], dict[str, Any]]
    bad: tuple[dict[str, Any], ...]
    put_back: tuple[str, Any]


def lead() -> dict[str, Any]:
    factories.StageFactory(order=1)
    return {
        "first_name": "Ana",
        "email": "ana.form@example.com",
        "phone": "(212) 555-0123",
        "source": "google",
        "campaign": factories.CampaignFactory().pk,
        "ad_platform": "google",
        "external_id": "",
        "assigned_to": factories.UserFactory(role=FRONT_DESK).pk,
        "tags": [factories.TagFactory().pk],
        "opportunity-TOTAL_FORMS": "1",
        "opportunity-INITIAL_FORMS": "0",
        "opportunity-0-expected_value_cents": "480.50",
        "opportunity-0-procedure_code": "BTX",
        "opportunity-0-expected_date": "",
    }


FORMS = {
    "leads.lead": SavedForm(
        lead,
        (
            {"first_name": "Ana Secret"},
            {"email": "no-address"},
            {"source": "billboard"},
            {"tags": ["nothing"]},
            {"opportunity-0-expected_value_cents": "-1"},
        ),
        ("source", "referral"),
    ),
    "leads.pipelinestage": SavedForm(
        lambda: {
            "name": "Waiting",
            "color": "#336699",
            "outcome": "open",
            "win_probability_bps": "25",
            "records_kpi": "",
            "target_days": "3",
        },
        (
            {"name": ""},
            {"color": "blue"},
            {"outcome": "maybe"},
            {"win_probability_bps": "101"},
            {"target_days": "-1"},
        ),
        ("name", "Former stage"),
    ),
    "leads.tag": SavedForm(
        lambda: {"name": "Peels", "color": "#336699"},
        ({"name": ""}, {"color": "blue"}),
        ("name", "Former tag"),
    ),
    "leads.leadsource": SavedForm(
        lambda: {"name": "Billboard", "meaning": "other"},
        ({"name": ""}, {"name": "Livia b. 1/2/1990"}),
        ("name", "Former source"),
    ),
    "leads.leadlostreason": SavedForm(
        lambda: {"name": "Moved away", "meaning": "not_a_fit"},
        ({"name": ""}, {"name": "Livia b. 1/2/1990"}),
        ("name", "Former reason"),
    ),
    "leads.procedure": SavedForm(
        lambda: {
            "name": "Peels",
            "category": "service",
            "default_value_cents": "250",
            "repeat_months": "3",
            "code": "PEELS",
        },
        (
            {"name": ""},
            {"category": "gift"},
            {"default_value_cents": "0"},
            {"repeat_months": "0"},
        ),
        ("name", "Former procedure"),
    ),
    "campaigns.campaign": SavedForm(
        lambda: {
            "name": "Glow",
            "platform": "google",
            "monthly_spend_cents": "1200.50",
            "starts_on": "2026-01-01",
            "ends_on": "2026-03-31",
            "spends-TOTAL_FORMS": "0",
            "spends-INITIAL_FORMS": "0",
        },
        (
            {"name": ""},
            {"platform": "carrier pigeon"},
            {"monthly_spend_cents": "-1"},
            {"ends_on": "2025-01-01"},
        ),
        ("platform", "google"),
    ),
    "commissions.provider": SavedForm(
        lambda: {
            "name": "Dr. Invented",
            "role": "injector",
            "user": factories.UserFactory().pk,
        },
        ({"name": ""}, {"role": "plumber"}, {"user": "nobody"}),
        ("name", "Former provider"),
    ),
}
