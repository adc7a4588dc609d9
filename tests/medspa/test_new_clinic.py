"""A new clinic, from an empty database to its first commission month, by its pages.

The terminal is needed for one thing: the link that it prints at the start.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from commissions.models import Provider
from kpis.choices import Kind
from kpis.models import KpiEvent
from leads.models import Lead, PipelineStage
from medspa.audit.actors import acting
from medspa.clinic.current import clinic_scope
from medspa.clinic.settings import ClinicSettings
from medspa.clinic_time import clinic_today
from medspa.extension_points import job_kinds
from medspa.ids import new_id
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of
from medspa.models import JobRun
from medspa.months import month_of
from medspa.setup.models import the_clinic
from tests.clinics import ChangeClinic
from tests.medspa.test_clinic_page import sent
from tests.page_text import text_of

PASSWORD = "violet-otter-7719"


def owner(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """The first visit: who owns this, and which clinic it is."""
    assert client.get("/", follow=True).redirect_chain[-1] == ("/welcome/", 302)
    call_command("owner_link")
    link = capsys.readouterr().out.splitlines()[-1]
    _, token = link.split("?token=")
    assert client.get("/welcome/", {"token": token}).status_code == 200
    entered = {
        "token": token,
        "first_name": "Olga",
        "username": "olga",
        "email": "olga@example.com",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "clinic_name": "Glow Med Spa",
        "country": "US",
        "time_zone": "America/Chicago",
    }
    answer = client.post("/welcome/", entered, follow=True)
    assert answer.redirect_chain[-1] == ("/setup/", 302)


def clinic(client: Client) -> None:
    hours = {"tuesday_opens": "09:00", "tuesday_closes": "18:00"}
    client.post("/clinic/", sent(client, **hours))
    assert "tuesday" in the_clinic().opening_hours


def provider_with_a_rule(client: Client) -> None:
    added = {"name": "Dr. Ode", "role": "physician", "row_key": new_id()}
    page = client.post(reverse("admin:commissions_provider_add"), added, follow=True)
    assert "Dr. Ode" in text_of(page)
    rule = {
        "whom": "role:physician",
        "effective_from": str(month_of(clinic_today())),
        "priority": "0",
        "rate_bps": "10",
        "base": "collected",
        "refund": "take_back",
    }
    page = client.post(reverse("new_rule") + "?type=percent", rule, follow=True)
    assert "Saved: 10% of what was collected" in text_of(page)


def lead_with_a_consult(client: Client) -> Lead:
    entered = {
        "row_key": new_id(),
        "first_name": "Talia",
        "phone": "(312) 555-0149",
        "source": "walk_in",
        "stage": PipelineStage.objects.get(name="New").pk,
        "procedure_code": "BTX",
        "expected_value_cents": "450",
        "consult_at": f"{clinic_today() + timedelta(days=1)}T10:00",
    }
    client.post(reverse("lead_add"), entered)
    lead = Lead.objects.get()
    (booked,) = KpiEvent.objects.filter(lead=lead)
    assert booked.kind == Kind.CONSULT_BOOKED
    return lead


def payment(client: Client, lead: Lead) -> None:
    earner = Provider.objects.get().pk
    paid = {
        "key": new_id(),
        "amount": "450",
        "procedure": "BTX",
        "category": "service",
        "earner": [earner],
        "share": ["100"],
    }
    page = client.post(reverse("lead_pay", args=[lead.pk]), paid, follow=True)
    assert "Payment of $450 recorded." in text_of(page)


def work() -> None:
    """As the worker does it, within this test's transaction."""
    for run in JobRun.objects.active():
        with acting(user=run.made_by), clinic_scope():
            job_kinds[run.kind].work(arguments_of(run), NullProgress())


@pytest.mark.slow
@pytest.mark.django_db
def test_a_new_clinic_comes_to_its_first_commission_month(
    client: Client, clinic_is: ChangeClinic, capsys: pytest.CaptureFixture[str]
) -> None:
    # A migrated database has them; the one of the tests was emptied.
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
    owner(client, capsys)
    # What this test reads by itself is of the same clinic.
    clinic_is(time_zone="America/Chicago")
    assert ClinicSettings().time_zone != the_clinic().time_zone
    clinic(client)
    provider_with_a_rule(client)
    lead = lead_with_a_consult(client)
    payment(client, lead)

    numbers = text_of(client.get(reverse("kpis"), {"range": "today"}))
    assert "<title>KPIs | Glow Med Spa</title>" in numbers
    assert "$450" in numbers

    month = f"{month_of(clinic_today()):%Y-%m}"
    client.post(reverse("run_month"), {"month": month})
    work()
    page = client.get(reverse("commissions"), {"month": month})
    assert "Dr. Ode" in text_of(page)
    assert "$45" in text_of(page)

    # What is done is off the list; the rest is skipped, and the list goes.
    steps = [step.key for step in client.get("/setup/").context["steps"]]
    assert steps == ["people", "stages", "procedures", "campaigns", "keys"]
    for key in steps:
        client.post(reverse("skip_setup_step"), {"step": key})
    assert client.get("/")["Location"] == "/leads/board/"
    assert "Talia" in text_of(client.get("/leads/board/"))
