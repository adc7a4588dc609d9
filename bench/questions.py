"""What is measured: a page or act of ours, and the bare SQL of the same question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from leads.models import Lead, LeadStage, PipelineStage
from medspa.clinic_time import clinic_today

LIST = "/admin/leads/lead/"


@dataclass(frozen=True)
class Question:
    """`ask` is timed; `prepare` before each run is not. `sql` may be empty."""

    name: str
    ask: Callable[[], Any]
    sql: str = ""
    parameters: tuple = ()


class Clinic:
    """The rows that the questions are about, chosen once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.stages = list(PipelineStage.objects.all())
        self.open_stages = [stage for stage in self.stages if stage.is_open]
        self.lead = self._busy_lead()
        self.numbers = iter(range(10**6))

    def _busy_lead(self) -> Lead:
        stay = LeadStage.objects.current().filter(stage__outcome="won").first()
        assert stay is not None
        lead = stay.lead
        assert lead.phone and lead.email
        return lead

    def get(self, address: str, **params: str) -> None:
        answer = self.client.get(address, params)
        assert answer.status_code == 200, (address, answer.status_code)

    def create(self) -> None:
        number = next(self.numbers)
        answer = self.client.post(
            "/admin/leads/lead/add/",
            {
                "first_name": "Bench",
                "email": f"bench{number}@example.com",
                "source": "google",
                "opportunity-TOTAL_FORMS": "0",
                "opportunity-INITIAL_FORMS": "0",
            },
        )
        assert answer.status_code == 302

    def move(self) -> None:
        here, there = self.open_stages[:2]
        stay = self.lead.stays.get(left_at=None)
        target = there if stay.stage_id == here.pk else here
        self.client.post(
            f"/leads/{self.lead.pk}/move/",
            {"stage": target.pk, "expected": stay.stage_id},
        )


NEWEST = "SELECT * FROM leads_lead WHERE deleted_at IS NULL"
TOP = "ORDER BY created_at DESC, id DESC LIMIT 50"


def questions(clinic: Clinic) -> list[Question]:
    lead, get = clinic.lead, clinic.get
    year_ago = clinic_today().replace(year=clinic_today().year - 1)
    stage = clinic.open_stages[1]
    prefix = "mar"
    return [
        Question("list", lambda: get(LIST), f"{NEWEST} {TOP}"),
        Question(
            "search: name's beginning",
            lambda: get(LIST, q=prefix),
            f'{NEWEST} AND lower(first_name) COLLATE "C" LIKE %s {TOP}',
            (f"{prefix}%",),
        ),
        Question(
            "search: e-mail",
            lambda: get(LIST, q=lead.email),
            f"{NEWEST} AND email_index = %s {TOP}",
            (bytes(lead.email_index),),
        ),
        Question(
            "search: phone",
            lambda: get(LIST, q=lead.phone),
            f"{NEWEST} AND phone_index = %s {TOP}",
            (bytes(lead.phone_index),),
        ),
        Question(
            "search: last four digits",
            lambda: get(LIST, q=lead.phone[-4:]),
            f"{NEWEST} AND phone_last4_index = %s {TOP}",
            (bytes(lead.phone_last4_index),),
        ),
        Question(
            "stage filter",
            lambda: get(LIST, stage=stage.pk),
            "SELECT lead.* FROM leads_leadstage stay JOIN leads_lead lead "
            "ON lead.id = stay.lead_id WHERE stay.left_at IS NULL "
            "AND lead.deleted_at IS NULL AND stay.stage_id = %s "
            "ORDER BY stay.changed_at DESC LIMIT 50",
            (stage.pk,),
        ),
        Question("board", lambda: get("/leads/board/"), BOARD),
        Question(
            "KPI page, 30 days", lambda: get("/kpis/", range="30d"), KPIS, ("30 days",)
        ),
        Question(
            "KPI page, a year",
            lambda: get("/kpis/", **{"from": str(year_ago), "to": str(clinic_today())}),
            KPIS,
            ("1 year",),
        ),
        Question(
            "KPI rows: leads of a year, and the kept sums in SQL",
            lambda: get(
                "/kpis/rows/",
                rows="leads",
                **{"from": str(year_ago), "to": str(clinic_today())},
            ),
            KPI_SUMS,
        ),
        Question(
            "KPI rows: new customers of a year",
            lambda: get(
                "/kpis/rows/",
                rows="new_customers",
                **{"from": str(year_ago), "to": str(clinic_today())},
            ),
        ),
        Question(
            "lead page",
            lambda: get(f"/leads/{lead.pk}/"),
            "SELECT * FROM leads_activity WHERE lead_id = %s "
            "ORDER BY created_at DESC LIMIT 26",
            (lead.pk,),
        ),
        Question("create", clinic.create),
        Question("move", clinic.move),
    ]


BOARD = """
SELECT card.* FROM leads_pipelinestage stage CROSS JOIN LATERAL (
    SELECT lead.id, lead.first_name, stay.changed_at
    FROM leads_leadstage stay JOIN leads_lead lead ON lead.id = stay.lead_id
    WHERE stay.stage_id = stage.id AND stay.left_at IS NULL
        AND lead.deleted_at IS NULL
    ORDER BY stay.changed_at DESC LIMIT 25
) card WHERE stage.deleted_at IS NULL
"""

KPIS = """
SELECT coalesce(lead.campaign_id, '') AS campaign, event.kind,
    count(*), count(DISTINCT event.lead_id), sum(event.value_cents)
FROM kpis_kpievent event LEFT JOIN leads_lead lead ON lead.id = event.lead_id
WHERE event.deleted_at IS NULL AND lead.deleted_at IS NULL
    AND event.occurred_at >= now() - %s::interval
GROUP BY 1, 2
"""

# The same year from the kept sums of months.
KPI_SUMS = """
SELECT campaign, source, sum(leads), sum(paid_invoices), sum(gross_cents)
FROM kpis_daysum
WHERE span = 'm' AND day >= now() - interval '1 year'
GROUP BY 1, 2
"""
