"""The design's table "Who may do what", written once more by hand.

The letters are front desk, manager, provider and administrator. Nothing is read from
`medspa.roles`: what a role gains or loses there must be argued for here as well.
"""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db
PEOPLE = {"F": "Front desk", "M": "Manager", "P": "Provider", "A": "Administrator"}
# What people do, who may, and the permissions that it takes.
MAY = (
    (
        "see, create, edit, move, log, tag and plan on board, list and lead page",
        "FMA",
        """
        leads.view_lead leads.add_lead leads.change_lead
        leads.view_opportunity leads.add_opportunity leads.change_opportunity
        leads.view_leadtag leads.add_leadtag leads.delete_leadtag
        leads.view_leadstage leads.add_leadstage
        leads.view_activity leads.add_activity leads.view_contactpoint
        leads.view_task leads.add_task leads.change_task
        """,
    ),
    ("delete a lead", "FMA", "leads.delete_lead"),
    ("restore a lead", "MA", "leads.restore_lead"),
    ("delete and export in bulk", "MA", "leads.bulk_delete_lead leads.export_lead"),
    ("see who exported", "A", "leads.view_exportlog"),
    ("merge", "MA", "leads.merge_lead"),
    ("import", "MA", "leads.import_lead"),
    ("record a payment", "FMA", "kpis.add_kpievent"),
    ("refund and void", "MA", "kpis.view_kpievent kpis.void_kpievent"),
    ("read history", "FMA", "leads.read_history"),
    ("put back", "MA", "leads.put_back"),
    ("KPI pages and reports", "MA", "kpis.view_kpis"),
    ("see campaigns", "FMA", "campaigns.view_campaign"),
    (
        "see and edit spend",
        "MA",
        """
        campaigns.view_spend
        campaigns.add_campaign campaigns.change_campaign campaigns.delete_campaign
        campaigns.view_campaignspend campaigns.add_campaignspend
        campaigns.change_campaignspend campaigns.delete_campaignspend
        """,
    ),
    (
        "stages, tags, procedures, sources, lost reasons, providers",
        "MA",
        """
        leads.view_tagsuggestion
        leads.view_pipelinestage leads.add_pipelinestage
        leads.change_pipelinestage leads.delete_pipelinestage
        leads.view_tag leads.add_tag leads.change_tag leads.delete_tag
        leads.view_procedure leads.add_procedure
        leads.change_procedure leads.delete_procedure
        leads.view_procedurename leads.add_procedurename
        leads.change_procedurename leads.delete_procedurename
        leads.view_leadsource leads.add_leadsource
        leads.change_leadsource leads.delete_leadsource
        leads.view_leadlostreason leads.add_leadlostreason
        leads.change_leadlostreason leads.delete_leadlostreason
        commissions.view_provider commissions.add_provider
        commissions.change_provider commissions.delete_provider
        """,
    ),
    (
        "see connections, match and retry what waits",
        "MA",
        "connections.view_connection connections.work_connection",
    ),
    ("set up connections", "A", "connections.change_connection"),
    (
        "credit payments",
        "MA",
        """
        commissions.view_credit commissions.add_credit
        commissions.change_credit commissions.delete_credit
        commissions.view_leadprovider commissions.add_leadprovider
        commissions.change_leadprovider commissions.delete_leadprovider
        """,
    ),
    (
        "run, approve and lock statements",
        "MA",
        """
        commissions.view_month commissions.run_month commissions.approve_statement
        commissions.lock_statement commissions.settle_dispute
        """,
    ),
    ("read one's own statements", "P", "commissions.view_own_statement"),
    ("dispute a line", "MPA", "commissions.add_dispute"),
    ("see commission rules", "MA", "commissions.view_commissionrule"),
    (
        "edit commission rules",
        "A",
        """
        commissions.add_commissionrule commissions.change_commissionrule
        commissions.delete_commissionrule
        """,
    ),
    (
        "set up web forms",
        "MA",
        """
        connections.view_webform connections.add_webform connections.change_webform
        """,
    ),
    ("see all background jobs", "MA", "medspa.view_jobrun"),
    (
        "backups, retention, erasure, audit log",
        "A",
        """
        safekeeping.view_backup safekeeping.run_backup safekeeping.view_backupdrill
        safekeeping.view_legalhold safekeeping.add_legalhold
        safekeeping.change_legalhold safekeeping.view_retentionnight
        safekeeping.view_certificate safekeeping.view_erasurerequest
        safekeeping.add_erasurerequest safekeeping.change_erasurerequest
        medspa.view_auditevent safekeeping.view_seal
        """,
    ),
    ("API keys", "A", "api.view_apikey api.add_apikey api.change_apikey"),
    (
        "webhooks",
        "A",
        """
        api.view_webhookendpoint api.add_webhookendpoint api.change_webhookendpoint
        """,
    ),
    ("the clinic's settings", "A", "medspa.view_clinic medspa.change_clinic"),
    (
        "users",
        "A",
        """
        medspa.view_user medspa.add_user medspa.change_user medspa.delete_user
        auth.view_group
        """,
    ),
)


@pytest.mark.parametrize("letter", PEOPLE)
def test_a_role_may_do_exactly_what_the_design_says(letter: str, person: Any) -> None:
    wanted = {
        right for _, may, rights in MAY if letter in may for right in rights.split()
    }
    user = User.objects.get(pk=person(PEOPLE[letter]).pk)
    assert user.get_all_permissions() == wanted


def test_nobody_without_a_role_may_do_anything(outsider: User) -> None:
    assert outsider.get_all_permissions() == set()


def test_two_roles_may_do_what_each_of_them_may(person: Any) -> None:
    both = person("Front desk")
    both.groups.add(person("Provider").groups.get())
    assert both.has_perms(["leads.view_lead", "commissions.view_own_statement"])
    assert not both.has_perm("leads.restore_lead")


def test_a_right_given_to_one_person_counts_at_the_next_request_and_no_longer(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    assert client.get("/kpis/").status_code == 403
    view_kpis = Group.objects.get(name="Manager").permissions.get(codename="view_kpis")
    front_desk.user_permissions.add(view_kpis)
    assert client.get("/kpis/").status_code == 200
    front_desk.user_permissions.remove(view_kpis)
    assert client.get("/kpis/").status_code == 403
    front_desk.groups.clear()
    client.force_login(front_desk)  # another role ends the session
    assert client.get("/leads/").status_code == 403


# A provider's own statements --------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["statement", "statement_changes", "statement_csv", "statement_pdf"]
)
def test_a_provider_reads_their_own_statement_and_nobody_elses(
    page: str, provider: User, client: Client
) -> None:
    own, other, nobodys = (
        factories.StatementFactory(provider=factories.ProviderFactory(user=user))
        for user in (provider, factories.UserFactory(), None)
    )
    client.force_login(provider)
    assert client.get(reverse(page, args=[own.pk])).status_code == 200
    for statement in (other, nobodys):
        assert client.get(reverse(page, args=[statement.pk])).status_code == 403
    assert client.get(reverse(page, args=["c0"])).status_code == 404


def test_a_provider_disputes_a_line_of_their_own_alone(
    provider: User, client: Client
) -> None:
    mine = factories.StatementFactory(provider=factories.ProviderFactory(user=provider))
    own = factories.StatementLineFactory(statement=mine)
    other = factories.StatementLineFactory()
    client.force_login(provider)
    for line, status, disputes in ((other, 403, 0), (own, 302, 1)):
        page = reverse("dispute_line", args=[line.pk])
        assert client.post(page, {"reason": "rule"}).status_code == status
        assert line.statement.disputes.count() == disputes


def test_whose_login_earned_something_still_needs_the_right_to_read_it(
    front_desk: User, client: Client
) -> None:
    own = factories.StatementFactory(
        provider=factories.ProviderFactory(user=front_desk)
    )
    client.force_login(front_desk)
    assert client.get(reverse("statement", args=[own.pk])).status_code == 403


# Bulk acts ask for the right of what they do ------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "right"),
    [
        ("tag", "leads.add_leadtag"),
        ("untag", "leads.delete_leadtag"),
        ("assign", "leads.change_lead"),
        ("move", "leads.change_lead"),
        ("delete", "leads.bulk_delete_lead"),
    ],
)
def test_a_bulk_act_is_refused_to_who_lacks_its_right(
    act: str, right: str, outsider: User, client: Client
) -> None:
    lead, tag = factories.LeadFactory(admitted=True), factories.TagFactory()
    stage = factories.StageFactory()
    data = {"act": act, "lead": lead.pk, "tag": tag.pk, "stage": stage.pk}
    data["person"] = outsider.pk
    rights = Permission.objects.filter(content_type__app_label="leads")
    outsider.user_permissions.set(rights.exclude(codename=right.split(".")[1]))
    client.force_login(outsider)
    before = lead.history.count()
    page = client.post("/leads/bulk/", data, follow=True).text
    assert "have permission to do this with many leads." in page
    assert lead.history.count() == before
    outsider.user_permissions.set(rights)
    page = client.post("/leads/bulk/", data, follow=True).text
    assert "have permission to do this with many leads." not in page


# The admin's tables ------------------------------------------------------------------

ADMIN: dict[str, tuple[str, Any]] = {
    "leads_lead": ("FMA", factories.LeadFactory),
    "leads_activity": ("FMA", factories.ActivityFactory),
    "leads_leadstage": ("FMA", factories.LeadStageFactory),
    "leads_leadtag": ("FMA", factories.LeadTagFactory),
    "leads_opportunity": ("FMA", factories.OpportunityFactory),
    "leads_task": ("FMA", factories.TaskFactory),
    "leads_exportlog": ("A", factories.ExportLogFactory),
    "leads_pipelinestage": ("MA", factories.StageFactory),
    "leads_tag": ("MA", factories.TagFactory),
    "leads_tagsuggestion": ("MA", factories.TagSuggestionFactory),
    "campaigns_campaign": ("FMA", factories.CampaignFactory),
    "kpis_kpievent": ("MA", factories.KpiEventFactory),
    "commissions_provider": ("MA", factories.ProviderFactory),
    "commissions_commissionrule": ("MA", factories.CommissionRuleFactory),
    "commissions_credit": ("MA", factories.CreditFactory),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ADMIN)
def test_a_table_of_the_admin_is_seen_by_whom_the_design_says(
    name: str, person: Any, client: Client
) -> None:
    may_see, make = ADMIN[name]
    row = make()
    for letter in (*PEOPLE, ""):
        client.force_login(person(PEOPLE.get(letter, "")))
        sees = bool(letter) and letter in may_see
        change = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
        # Whoever works with leads does so on their own page.
        opens = 302 if name == "leads_lead" and letter != "A" else 200
        assert change.status_code == (opens if sees else 403), letter or "outsider"
        table = client.get(reverse(f"admin:{name}_changelist"))
        wanted = 302 if name == "leads_lead" else 200  # to the list of our own
        assert table.status_code == (wanted if sees else 403), letter or "outsider"


@pytest.mark.parametrize(
    "name",
    ["leads_lead", "leads_tag", "campaigns_campaign", "commissions_provider"],
)
def test_management_alone_puts_a_past_value_back(
    name: str, person: Any, client: Client
) -> None:
    row = ADMIN[name][1]()
    page = reverse(f"admin:{name}_put_back", args=[row.pk])
    for letter in (*PEOPLE, ""):
        client.force_login(person(PEOPLE.get(letter, "")))
        field = "name" if name != "leads_lead" else "first_name"
        answer = client.post(page, {"field": field, "record": "0"})
        # 404: they may, and there is no such record.
        wanted = 404 if letter and letter in "MA" else 403
        assert answer.status_code == wanted, letter or "outsider"
        assert client.get(page).status_code == 403
