"""What is measured: a page or act of ours, and the bare SQL of the same question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.test import Client

from leads.models import Lead, LeadStage, PipelineStage
from medspa.clinic_time import clinic_today
from medspa.ids import new_id

LIST = "/leads/"
FROM_LIST = {"in": "list", "source": "google"}


@dataclass(frozen=True)
class Question:
    """`ask` is timed beside `sql`, where the question has a bare form.

    `is_page` when the answer is read by people; `rows` of an act on many.
    """

    name: str
    ask: Callable[[], Any]
    sql: str = ""
    parameters: tuple = ()
    is_page: bool = False
    rows: int = 0


class Clinic:
    """The rows that the questions are about, chosen once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.stages = list(PipelineStage.objects.all())
        self.open_stages = [stage for stage in self.stages if stage.is_open]
        self.lead = self._busy_lead()
        self.numbers = iter(range(10**6))

    def _busy_lead(self) -> Lead:
        won = LeadStage.objects.current().filter(stage__outcome="won")
        stage_period = won.exclude(
            Q(lead__phone_index=b"") | Q(lead__email_index=b"")
        ).first()
        assert stage_period is not None
        return stage_period.lead

    def get(self, address: str, **params: str | list[str]) -> Any:
        answer = self.client.get(address, params)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    def part(self, address: str, **data: str) -> Any:
        """A part of a page, as htmx asks for it; with data it is posted."""
        ask = self.client.post if data else self.client.get
        answer = ask(address, data, headers={"HX-Request": "true"})
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    def get_part(self, address: str, **params: str) -> Any:
        """The same with parameters in its address."""
        answer = self.client.get(address, params, headers={"HX-Request": "true"})
        assert answer.status_code == 200, (address, answer.status_code)
        return answer

    def create(self) -> Any:
        number = next(self.numbers)
        answer = self.client.post(
            "/leads/new/",
            {
                "first_name": "Bench",
                "email": f"bench{number}x{new_id()}@example.com",
                "source": "google",
                "stage": self.open_stages[0].pk,
            },
        )
        assert answer.status_code == 302
        return answer

    def move(self) -> Any:
        here, there = self.open_stages[:2]
        stage_period = self.lead.stage_periods.get(left_at=None)
        target = there if stage_period.stage_id == here.pk else here
        answer = self.client.post(
            f"/leads/{self.lead.pk}/move/",
            {"stage": target.pk, "expected": stage_period.stage_id},
        )
        assert answer.status_code == 302
        return answer


NEWEST = "SELECT * FROM leads_lead WHERE deleted_at IS NULL"
TOP = "ORDER BY created_at DESC, id DESC LIMIT 50"


def questions(clinic: Clinic) -> list[Question]:
    read = [*_finding(clinic), *_pages(clinic), *_adding(clinic), *_numbers(clinic)]
    return [*(replace(one, is_page=True) for one in read), *_acts(clinic)]


def _finding(clinic: Clinic) -> list[Question]:
    lead, get = clinic.lead, clinic.get
    stage = clinic.open_stages[1].pk

    def search(kind: str, typed: str, where: str, value: object) -> Question:
        sql = f"{NEWEST} AND {where} {TOP}"
        return Question(f"search: {kind}", lambda: get(LIST, q=typed), sql, (value,))

    return [
        Question("list", lambda: get(LIST), f"{NEWEST} {TOP}"),
        search(
            "name's beginning", "mar", 'lower(first_name) COLLATE "C" LIKE %s', "mar%"
        ),
        search("email", lead.email, "email_index = %s", bytes(lead.email_index)),
        search("phone", lead.phone, "phone_index = %s", bytes(lead.phone_index)),
        search(
            "last four digits",
            lead.phone[-4:],
            "phone_last4_index = %s",
            bytes(lead.phone_last4_index),
        ),
        Question("stage filter", lambda: get(LIST, stage=stage), IN_STAGE, (stage,)),
        Question("source filter", lambda: get(LIST, source="google")),
        Question("stage and name's beginning", lambda: get(LIST, stage=stage, q="mar")),
        Question("stage and phone", lambda: get(LIST, stage=stage, q=lead.phone)),
        Question(
            "source and procedure",
            lambda: get(LIST, source="google", procedure="LASER"),
        ),
        *_filters(clinic),
    ]


# Each filter of the list that has no question above, and some of two; "not x": all but.
FILTERS = (
    "created=7",
    "contacted=never",
    "called=not 7",
    "next=overdue",
    "next=none",
    "age=30",
    "value=5000-up",
    "consult=7",
    "lost=price",
    "platform=tiktok",
    "campaign=none",
    "procedure=BTX, called=not 7",
    "age=90, consult=none",
    "lost=price, created=90",
    "next=overdue, value=5000-up",
    "order=value",
    "order=idle",
    "order=next, procedure=BTX",
)


def _filters(clinic: Clinic) -> list[Question]:
    def question(text: str) -> Question:
        params: dict[str, str | list[str]] = {"exclude": []}
        for part in text.split(", "):
            name, _, value = part.partition("=")
            params[name] = value.removeprefix("not ")
            if value.startswith("not "):
                params["exclude"] = [name]
        return Question(f"filter: {text}", lambda: clinic.get(LIST, **params))

    return [question(text) for text in FILTERS]


def _pages(clinic: Clinic) -> list[Question]:
    lead, get = clinic.lead.pk, clinic.get
    return [
        Question("board", lambda: get("/leads/board/"), BOARD),
        Question("board, filtered", lambda: get("/leads/board/", source="google")),
        Question("today", lambda: get("/leads/today/")),
        Question("lead page", lambda: get(f"/leads/{lead}/"), TIMELINE, (lead,)),
        Question(
            "lead page from the list", lambda: get(f"/leads/{lead}/", **FROM_LIST)
        ),
        Question("calendar, a week", lambda: get("/calendar/")),
        Question("payments & events", lambda: get("/payments/")),
        Question("deleted leads", lambda: get("/leads/deleted/")),
        Question("people", lambda: get("/people/")),
        Question("procedures", lambda: get("/admin/leads/procedure/")),
    ]


def _adding(clinic: Clinic) -> list[Question]:
    """The side sheet, who is known already while one types, and one fact's form."""
    lead, part = clinic.lead, clinic.part
    typed = {"first_name": "Talia", "phone": lead.phone, "email": lead.email}
    return [
        Question("add a lead: the sheet", lambda: part("/leads/new/")),
        Question(
            "what a consult asks",
            lambda: clinic.get("/leads/asked/consult_booked/", lead=lead.pk),
        ),
        Question(
            "add a lead: same person?",
            lambda: part("/leads/new/same/", **typed),
            SAME_PERSON,
            (bytes(lead.phone_index), bytes(lead.email_index)),
        ),
        Question("edit a fact", lambda: part(f"/leads/{lead.pk}/edit/phone/")),
    ]


def _numbers(clinic: Clinic) -> list[Question]:
    get = clinic.get
    today = clinic_today()
    year = {"from": str(today - timedelta(days=364)), "to": str(today)}
    return [
        Question(
            "KPIs, 30 days", lambda: get("/kpis/", range="30d"), KPIS, ("30 days",)
        ),
        Question("KPIs, a year", lambda: get("/kpis/", **year), KPIS, ("1 year",)),
        # Beside this one: the same year from the rollups, in SQL.
        Question(
            "KPI rows: leads, a year",
            lambda: get("/kpis/rows/", rows="leads", **year),
            KPI_SUMS,
        ),
        Question(
            "KPI rows: customers, a year",
            lambda: get("/kpis/rows/", rows="new_customers", **year),
        ),
    ]


def _acts(clinic: Clinic) -> list[Question]:
    return [Question("create", clinic.create), Question("move", clinic.move)]


IN_STAGE = """
SELECT lead.* FROM leads_leadstage stay JOIN leads_lead lead ON lead.id = stay.lead_id
WHERE stay.left_at IS NULL AND lead.deleted_at IS NULL AND stay.stage_id = %s
ORDER BY stay.changed_at DESC LIMIT 50
"""

TIMELINE = """
SELECT * FROM leads_activity WHERE lead_id = %s ORDER BY created_at DESC LIMIT 26
"""

SAME_PERSON = """
SELECT * FROM leads_lead WHERE phone_index = %s AND NOT phone_index = ''
UNION SELECT * FROM leads_lead WHERE email_index = %s AND NOT email_index = ''
"""

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

# The same year from the rollups of months.
KPI_SUMS = """
SELECT campaign, source, sum(leads), sum(paid_invoices), sum(gross_cents)
FROM kpis_daysum
WHERE dimension = 'slice' AND granularity = 'month' AND day >= now() - interval '1 year'
GROUP BY 1, 2
"""
