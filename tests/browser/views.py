"""The pages that are looked at in every width and theme, and the rows they show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from commissions.statements.calculate import run_month
from commissions.statements.overview import default_month
from kpis.restatements.snapshots import snapshot_of
from leads.lists.procedure_names import count_unknown_names
from leads.models import Procedure
from leads.services import pipeline
from medspa.audit.actors import acting
from medspa.models import User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER
from medspa.setup.models import the_clinic
from tests import factories
from tests.browser.kpi_rows import kpi_rows
from tests.commissions.clinic import TEN_PERCENT, agree, hire, pay, statement_of
from tests.kpis.test_restatements import MONTH, START
from tests.kpis.test_restatements import window as month_window
from tests.leads.board_rows import Pipeline

STAGES = "/admin/leads/pipelinestage/"
LONG = "A tag with a name as long as it may be"


def the_page_itself(window: Page) -> Iterator[None]:
    yield


@dataclass(frozen=True)
class View:
    """`panels` opens one after the other and stops at each."""

    address: Callable[[Any], str]
    rows: Callable[[User], Any]
    role: str = MANAGER
    prepare: Callable[[Page], None] = lambda window: None
    panels: Callable[[Page], Iterator[None]] = the_page_itself
    part: str = ""
    on_tablets: bool = False


def many_leads(visitor: User) -> None:
    lead = factories.LeadFactory(
        stage=factories.StageFactory(name="Warm"), phone="+12125550100"
    )
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory(name=LONG))
    factories.LeadFactory(source="tiktok", admitted=True)
    factories.LeadFactory.create_batch(
        51,
        stage=factories.StageFactory(),
        phone="",
        email="a-very-long-address-of-somebody@subdomain.example.com",
    )


def choose_a_lead(window: Page) -> None:
    window.locator("input[name=lead]").first.check()


def saved_view(visitor: User) -> str:
    for name in ("Ana", "Bea"):
        factories.LeadFactory(first_name=name, source="google")
    name = "A view with a name as long as may be it"
    view = factories.SavedViewFactory(owner=visitor, name=name)
    return f"/leads/?view={view.pk}&source=google&changed=yes"


def list_menus(window: Page) -> Iterator[None]:
    for name in ("View options", "Sort & columns", "Save as view", "A view with"):
        window.locator("summary", has_text=name).click()
        yield
        window.keyboard.press("Escape")
    window.locator("[data-filter=called] summary").click()
    yield
    window.keyboard.press("Escape")
    window.locator("[data-more] > summary").click()
    created = window.locator("[data-filter=created] > summary")
    created.click()
    yield
    created.click()
    window.keyboard.press("Escape")


def board(visitor: User) -> None:
    stages = Pipeline()
    for name, minutes in (("Wanda", 30 * 60), ("Wandalyn", 1), ("Wandana", 90)):
        lead = stages.lead(first_name=name, minutes_ago=minutes, cents=48_000)
        factories.LeadTagFactory(lead=lead)
    with acting(user=factories.UserFactory(role=MANAGER)):
        pipeline.move(lead.id, stages.second.id)


def board_panels(window: Page) -> Iterator[None]:
    yield
    for key, title in (
        ("c", "Call with Wanda"),
        ("m", "Move Wanda"),
        ("?", "Keyboard shortcuts"),
    ):
        window.get_by_role("link", name="Wanda", exact=True).focus()
        window.keyboard.press(key)
        expect(window.get_by_role("dialog", name=title)).to_be_visible()
        yield
        window.keyboard.press("Escape")
    window.get_by_role("link", name="Recent moves").click()
    expect(window.get_by_text("You haven't moved any leads yet.")).to_be_visible()
    yield
    window.keyboard.press("Escape")


def a_full_day(visitor: User) -> None:
    now = timezone.now()
    stage = factories.StageFactory(order=1, target_days=1)
    for name in ("Ana", "Bea", "Cleo"):
        lead = factories.LeadFactory(
            first_name=name, stage=stage, created_at=now - timedelta(minutes=1)
        )
        factories.OpportunityFactory(lead=lead, expected_value_cents=100_000)
    factories.TaskFactory(due_at=now - timedelta(hours=2))
    factories.KpiEventFactory(
        lead=factories.LeadFactory(first_name="Dora", created_at=now - timedelta(90)),
        occurred_at=now - timedelta(days=9),
        metadata_json={"scheduled_for": (now + timedelta(hours=1)).isoformat()},
    )
    factories.LeadFactory.create_batch(
        12, stage=factories.StageFactory(), created_at=now - timedelta(hours=3)
    )


def unfold_the_rest(window: Page) -> None:
    window.get_by_text("more", exact=False).last.click()


def twins(visitor: User) -> tuple[str, str]:
    stage = factories.StageFactory(name="New", order=1)
    factories.StageFactory(name="Consult Booked", order=3, records_kpi="consult_booked")
    lead = factories.LeadFactory(first_name="Ana", email="a@example.com", stage=stage)
    factories.OpportunityFactory(lead=lead)
    twin = factories.LeadFactory(email=lead.email, admitted=True)
    past = timezone.now() - timedelta(days=1)
    factories.TaskFactory(lead=lead, due_at=past)
    factories.LeadTagFactory(lead=lead, tag=factories.TagFactory(name="x" * 40))
    factories.KpiEventFactory(lead=lead, paid=True)
    lead.source = "tiktok"
    lead.save()
    return lead.pk, twin.pk


def note_a_call(window: Page) -> None:
    window.keyboard.press("c")
    window.keyboard.press("1")
    expect(window.locator(".said")).to_contain_text("logged")
    window.keyboard.press("r")


def stages(visitor: User) -> Pipeline:
    stages = Pipeline()
    stages.lead()
    factories.StageFactory(name="Old").delete()
    factories.StageFactory(name="W" * 40)
    return stages


def spend(visitor: User) -> str:
    campaign = factories.CampaignFactory(
        name="Instagram Fillers",
        platform="instagram",
        monthly_spend_cents=0,
        starts_on=MONTH.first,
    )
    snapshot_of(month_window()).save()
    factories.LeadFactory(created_at=START)
    return campaign.pk


def all_below(window: Page) -> None:
    window.wait_for_load_state("networkidle")
    window.evaluate("document.body.dispatchEvent(new Event('kpis:whole'))")
    expect(window.locator(".kpi-later")).to_have_count(0)


@dataclass(frozen=True)
class Paid:
    """What the pages of a month's commissions have in their addresses."""

    month: str
    statement: str
    rule: str
    event: str
    lead: str


def commissions(visitor: User) -> Paid:
    month = default_month()
    ana = hire("Ana RN")
    agree(ana, TEN_PERCENT)
    pay(ana, 45_005, month)
    pay(None, 10_000, month)
    run_month(month)
    statement = statement_of(ana, month)
    line = statement.lines.get()
    return Paid(
        f"{month:%Y-%m}",
        statement.pk,
        line.rule_id,
        line.event_id,
        line.event.lead_id,
    )


def unfold_lines(window: Page) -> None:
    for summary in window.locator(".pay-lines summary").all():
        summary.click()


def share_a_payment(window: Page) -> None:
    window.locator(".quick summary", has_text="Payment").click()
    window.locator(".pay-shares summary").click()


def of_commissions(address: str, prepare: Callable[[Page], None]) -> View:
    def filled(paid: Paid) -> str:
        return address.format(paid=paid)

    return View(filled, commissions, ADMINISTRATOR, prepare)


def hours_and_logo(visitor: User) -> None:
    clinic = the_clinic()
    clinic.opening_hours = {"monday": {"opens": "09:00:00", "closes": "17:00:00"}}
    clinic.holidays = [{"on": "2026-01-01", "name": "New Year"}]
    with acting(user=visitor):
        clinic.save()


def lists(visitor: User) -> str:
    """Procedures with a name that waits, an archived one, and one with all facts."""
    count_unknown_names({"Lip filler 1 ml": 3})
    factories.ProcedureFactory(default_value_cents=25_000, repeat_months=3)
    factories.ProcedureFactory().delete()
    leads = Pipeline()
    factories.OpportunityFactory(lead=leads.lead(), procedure_code="BTX")
    botox: str = Procedure.objects.get(code="BTX").pk
    return botox


PROCEDURES = "/admin/leads/procedure/"
VIEWS = {
    "list": View(
        lambda rows: "/leads/?source=other",
        many_leads,
        prepare=choose_a_lead,
        on_tablets=True,
    ),
    "list menus": View(
        lambda rows: rows, saved_view, panels=list_menus, on_tablets=True
    ),
    "board": View(
        lambda rows: "/leads/board/?q=wanda",
        board,
        FRONT_DESK,
        panels=board_panels,
        on_tablets=True,
    ),
    "today": View(
        lambda rows: "/leads/today/",
        a_full_day,
        FRONT_DESK,
        unfold_the_rest,
        on_tablets=True,
    ),
    "clinic": View(lambda rows: "/clinic/", hours_and_logo, ADMINISTRATOR),
    "checklist": View(lambda rows: "/setup/", hours_and_logo, ADMINISTRATOR),
    "calendar": View(
        lambda rows: "/calendar/", a_full_day, FRONT_DESK, on_tablets=True
    ),
    "merge": View(lambda rows: "/leads/{}/merge/{}/".format(*rows), twins),
    "lead": View(lambda rows: f"/leads/{rows[0]}/", twins, prepare=note_a_call),
    "stages": View(lambda rows: STAGES, stages),
    "procedures": View(lambda rows: PROCEDURES, lists),
    "procedure archived": View(lambda rows: f"{PROCEDURES}{rows}/delete/", lists),
    "sources": View(lambda rows: "/admin/leads/leadsource/", lists),
    "stage without": View(lambda rows: f"{STAGES}{rows.first.pk}/delete/", stages),
    "campaigns": View(lambda rows: "/campaigns/", spend),
    "campaign": View(lambda rows: f"/campaigns/{rows}/", spend),
    "spend file": View(lambda rows: "/campaigns/import/", spend),
    "restatements": View(
        lambda rows: f"/kpis/restatements/?month={MONTH.first:%Y-%m}", spend
    ),
    "KPIs": View(
        lambda rows: "/kpis/?range=30d", kpi_rows, prepare=all_below, part="main"
    ),
    "KPI rows": View(
        lambda rows: "/kpis/rows/?range=30d&rows=leads",
        kpi_rows,
        prepare=all_below,
        part="main",
    ),
    **{
        address: of_commissions(address, prepare)
        for address, prepare in {
            "/commissions/?month={paid.month}": unfold_lines,
            "/commissions/{paid.statement}/": unfold_lines,
            "/commissions/{paid.statement}/changes/": unfold_lines,
            "/commissions/credit/{paid.event}/": unfold_lines,
            "/commissions/uncredited/?month={paid.month}": unfold_lines,
            "/commissions/year/": unfold_lines,
            "/commissions/rules/": unfold_lines,
            "/commissions/rules/{paid.rule}/": unfold_lines,
            "/commissions/rules/new/?type=tiered": unfold_lines,
            "/commissions/rules/new/?type=pool": unfold_lines,
            "/leads/{paid.lead}/": share_a_payment,
        }.items()
    },
}
