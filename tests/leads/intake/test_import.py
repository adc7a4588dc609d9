"""What an import does to the leads."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign
from kpis.models import KpiEvent
from leads.choices import ActivityType
from leads.models import (
    Activity,
    Lead,
    LeadStage,
    LeadTag,
    Opportunity,
    StageTotal,
)
from leads.services.pipeline import first_stage
from medspa.audit.actors import acting
from medspa.clinic.current import clinic_scope
from medspa.models import User
from tests.factories import CampaignFactory
from tests.leads.intake.bringing import bring, counts

pytestmark = pytest.mark.usefixtures("clinic")
AVA = "k3fQ9xMvT2aLbC7dEw01"


def test_a_gohighlevel_export_becomes_leads() -> None:
    result = bring("gohighlevel.csv")
    assert counts(result) == (4, 0, 0, 1)
    ava = Lead.objects.get(external_id=AVA)
    assert (ava.first_name, ava.email, ava.phone) == (
        "Ava",
        "Ava@example.com",
        "+12125550101",
    )
    assert ava.source == "gohighlevel"
    assert ava.created_at == datetime(2026, 3, 2, 20, 4, 5, tzinfo=UTC)
    assert [link.tag.name for link in ava.lead_tags.all()] == ["Botox"]
    assert [noted.type for noted in ava.activities.all()] == ["tag_added"]
    assert ava.opportunity.expected_value_cents == 120_000
    assert ava.opportunity.procedure_code == "BTX"
    assert sorted(Lead.objects.values_list("first_name", flat=True)) == [
        "Ava",
        "Liam",
        "Mary Ann",
        "Zoë",
    ]


def test_it_tells_what_was_left_out() -> None:
    result = bring("gohighlevel.csv")
    assert result.dropped == (
        "Last Name",
        "Last Activity",
        "Country",
        "Date Of Birth",
        "Notes",
    )
    tags = "Unknown tags, waiting under Suggested tags: VIP (1)."
    assert tags in result.notes
    assert result.reasons == [
        ("A first name is required. Last names aren't stored.", 1)
    ]
    assert result.failed_rows[0].number == 7


def test_a_meta_export_becomes_leads_with_their_forms() -> None:
    spring = CampaignFactory(name="Spring Glow")
    result = bring("meta_lead_ads.csv")
    assert counts(result) == (4, 1, 1, 0)
    mia, zoe, ava = (
        Lead.objects.with_email(f"{name}@example.com").get()
        for name in ("mia", "zoe", "ava.lund")
    )
    assert (mia.first_name, mia.source, mia.ad_platform) == ("Mia", *["facebook"] * 2)
    assert (zoe.source, zoe.ad_platform, zoe.campaign) == (*["instagram"] * 2, spring)
    assert (ava.source, ava.ad_platform, ava.campaign) == ("instagram", "", None)
    assert mia.external_id is None
    forms = mia.activities.filter(type=ActivityType.FORM_SUBMIT)
    assert [form.created_at.day for form in forms] == [25, 22]


def test_a_hubspot_export_becomes_leads() -> None:
    assert counts(bring("hubspot.csv")) == (3, 0, 0, 0)
    assert sorted(Lead.objects.values_list("first_name", "source")) == [
        ("Emma", "referral"),
        ("Lucas", "other"),
        ("Noah", "organic"),
    ]
    assert not Lead.objects.exclude(external_id=None).exists()


def test_a_spreadsheet_becomes_leads_by_a_header_mapping() -> None:
    overrides = ("Kundin=full_name", "Handy=phone", "Woher=source", "Datum=created_at")
    result = bring("typed_by_hand.csv", overrides=(*overrides, "Interesse=tags"))
    assert counts(result) == (4, 0, 0, 1)
    assert sorted(Lead.objects.values_list("first_name", "source")) == [
        ("Anne-Marie", "walk_in"),
        ("O’Neill", "other"),
        ("René", "facebook"),
        ("Sofía", "other"),
    ]
    assert result.dropped == ("Notizen",)
    assert [row.number for row in result.failed_rows] == [7]


@pytest.mark.parametrize(
    "file", ["gohighlevel.csv", "meta_lead_ads.csv", "hubspot.csv"]
)
def test_the_second_run_changes_nothing(file: str) -> None:
    first = bring(file)
    before = list(Lead.objects.order_by("id").values_list("id", "updated_at"))
    second = bring(file)
    assert counts(second) == (0, 0, first.rows - first.failed, first.failed)
    assert list(Lead.objects.order_by("id").values_list("id", "updated_at")) == before
    assert Lead.history.count() == len(before)


@pytest.mark.parametrize("file", ["gohighlevel.csv", "meta_lead_ads.csv"])
def test_a_dry_run_tells_the_same_and_writes_nothing(file: str) -> None:
    tried = bring(file, dry_run=True)
    assert not Lead.all_objects.exists()
    assert not Activity.objects.exists()
    assert counts(tried) == counts(bring(file))


def test_new_leads_enter_the_first_stage_when_they_were_created() -> None:
    bring("gohighlevel.csv")
    stage_periods = LeadStage.objects.select_related("lead", "stage")
    assert {stage_period.stage.name for stage_period in stage_periods} == {"New"}
    assert all(
        stage_period.changed_at == stage_period.lead.created_at
        for stage_period in stage_periods
    )
    [(leads, cents)] = StageTotal.objects.by_stage().values()
    assert (leads, cents) == (4, 165_000)


def test_an_import_records_no_consult_that_was_not_booked_now() -> None:
    stage = first_stage()
    stage.records_kpi = "consult_booked"
    stage.save()
    bring("gohighlevel.csv")
    assert not KpiEvent.objects.exists()


def test_history_names_who_imported(manager: User) -> None:
    with acting(user=manager, reason="Imported from a file: GoHighLevel contacts"):
        bring("gohighlevel.csv")
    row = Lead.history.first()
    assert row.history_user == manager
    assert row.history_actor == str(manager)
    assert row.history_change_reason == "Imported from a file: GoHighLevel contacts"
    assert LeadTag.history.count() == LeadTag.objects.count() == 3
    assert Opportunity.history.count() == 2


def test_unknown_campaigns_are_named_and_made_only_on_request() -> None:
    result = bring("meta_lead_ads.csv")
    # One row alone names the other: that could be a note about somebody.
    unknown = "2 campaigns are unknown here and skipped: Spring Glow, 1 more."
    assert unknown in result.notes
    assert not Campaign.objects.exists()
    result = bring("meta_lead_ads.csv", create_campaigns=True)
    made = {found.name: found.platform for found in Campaign.objects.all()}
    assert made == {"Spring Glow": "facebook", "Winter Peel": "facebook"}
    assert counts(result)[1] == 3


def test_a_date_in_the_future_is_left_out_and_told() -> None:
    result = bring(
        "Name,Email,Created\nBea,bea@example.com,2999-01-01\nCarla,carla@example.com,\n"
    )
    assert counts(result) == (2, 0, 0, 0)
    [note] = result.notes
    assert note.startswith("1 date couldn't be read") and note.endswith(": row 2.")


def test_a_row_that_the_database_refuses_fails_alone() -> None:
    """A constraint that only the database knows: the others still come in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE leads_lead ADD CONSTRAINT no_bea CHECK (first_name <> 'Bea')"
        )
    result = bring(
        "Name,Email\nAna,ana@example.com\nBea,bea@example.com\nEve,eve@example.com\n"
    )
    assert counts(result) == (2, 0, 0, 1)
    assert result.reasons == [("The database didn't accept this row.", 1)]


def test_queries_do_not_grow_with_the_rows() -> None:
    def queries(people: int, mark: str) -> int:
        rows = (f"Ana,{mark}{n}@example.com,Botox" for n in range(people))
        with clinic_scope(), CaptureQueriesContext(connection) as captured:
            bring("\n".join(["Name,Email,Tags", *rows, ""]))
        return len(captured)

    # The stage, tags, campaigns; the lock; leads with these e-mails; leads, stays and
    # tags, the first and last with history; savepoints around them. From ten rows on
    # they are copied, and what the database made of them is read.
    assert queries(12, "few") == queries(30, "many")


CELL = st.sampled_from(
    [
        "",
        "Ana",
        "Sarah Smith",
        "ana@example.com",
        "bea@example.com",
        "(212) 555-0171",
        "+1 555",
        "abc00000000000000000",
        "abc def",
        "2026-01-01",
        "2999-01-01",
        "Botox",
        "=cmd()",
        "<test lead: dummy data>",
    ]
) | st.text(
    st.characters(exclude_characters='",;|', exclude_categories=["Cc", "Cs"]),
    max_size=8,
)


ANY_TABLE = st.lists(st.lists(CELL, min_size=1, max_size=7), max_size=10)
IN_ONE_DATABASE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@IN_ONE_DATABASE
@given(ANY_TABLE)
def test_counts_add_up_for_any_table(rows: list[list[str]]) -> None:
    data = _table("Contact Id,First Name,Email,Phone,Created,Tags", rows)
    tried = bring(data, dry_run=True)
    assert counts(tried) == counts(bring(data))


@IN_ONE_DATABASE
@given(ANY_TABLE)
def test_no_table_makes_anybody_twice(rows: list[list[str]]) -> None:
    data = _table("First Name,Email,Phone,Created,Tags", rows)
    counts(bring(data))
    assert bring(data).created == 0


def _table(headers: str, rows: list[list[str]]) -> str:
    return "\n".join([headers, *(",".join(cells) for cells in rows), ""])
