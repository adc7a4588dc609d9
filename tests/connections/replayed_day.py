"""A clinic's day in the double of GoHighLevel, and the same day entered by hand.

Events come as webhooks: some twice, some late. For twenty minutes we answer nothing,
for ten GoHighLevel doesn't. The worker works off what came, polls run beside it.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from connections.door import Delivery
from connections.gohighlevel.access import fetch_by
from connections.gohighlevel.api.errors import GoHighLevelError
from connections.models import (
    DeliveryState,
    KnownThere,
    OutgoingChange,
    ReceivedDelivery,
    Stream,
)
from connections.receiving import receive
from connections.refusals import RetryLater
from connections.registry import DOORS
from connections.tasks import FIRST_RETRY, LONGEST_RETRY
from connections.working_off import work_off
from kpis.choices import CancelReason
from kpis.events import consult_details, consults, payments
from kpis.events.bookings import bookings, events_of
from kpis.metrics.figures import Counts
from kpis.period import Period, Window
from kpis.queries.numbers import KpiData
from leads.models import Lead, PipelineStage
from leads.services import pipeline
from leads.services.tagging import add_tag
from medspa import clock
from medspa.clinic_time import clinic_zone, local_date
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.factories import TagFactory

DAY = timedelta(hours=12)
OUR_OUTAGE = (timedelta(hours=3), timedelta(hours=3, minutes=20))
THEIR_OUTAGE = (timedelta(hours=6), timedelta(hours=6, minutes=10))
TAGS = ("Botox", "Filler", "Laser")
NAMES = ("Nora", "Mia", "Lena", "Ida", "Emma", "Zoe")
# How often each thing happens, of a hundred.
SHARES = {
    "come": 21,
    "edit": 12,
    "tag": 8,
    "advance": 15,
    "book": 12,
    "attend": 12,
    "cancel": 3,
    "pay": 12,
    "refund": 3,
    "edit_here": 2,
}
Entry = tuple[str, datetime, str, dict[str, Any]]


@dataclass
class ReplayedDay:
    """`happened` is what a person would have entered, in its order."""

    events: int
    set_fetch: Callable[[Any], None]
    random: Random = field(default_factory=lambda: Random(14))
    happened: list[Entry] = field(default_factory=list)
    received: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.clinic = ConnectedClinic(writes=("first_name", "tags", "stage"))
        fake = self.fake = self.clinic.fake
        self.tags = [TagFactory.create(name=name) for name in TAGS]
        fake.webhooks.duplicated = fake.webhooks.delayed = 0.05
        self.begins = clock.now().replace(microsecond=0) - DAY - timedelta(hours=1)
        fake.time.now = self.begins
        row = self.clinic.connection
        secrets = {"token": fake.token, "app_public_keys": fake.webhooks.public_key}
        row.secrets, row.made_at = json.dumps(secrets), self.begins
        row.save()
        door = replace(
            DOORS["gohighlevel"],
            fetch=lambda secrets, account: fetch_by(self.clinic.client),
        )
        self.set_fetch(door)
        self.door = door
        # When deliveries are tried again that the other system gave no answer to.
        self.due: dict[str, datetime] = {}
        self.tries: Counter[str] = Counter()
        self.contacts: list[str] = []
        self.stage_of: dict[str, int] = {}
        self.opportunities: dict[str, str] = {}
        self.booked: dict[str, str] = {}
        self.sales: dict[str, tuple[str, int]] = {}

    # What happens

    def run(self) -> None:
        kinds, weights = list(SHARES), list(SHARES.values())
        step = DAY.total_seconds() / self.events
        for number in range(self.events):
            self.fake.time.now = self.begins + timedelta(seconds=step * (number + 1))
            kind = self.random.choices(kinds, weights)[0]
            getattr(self, kind)() if self.contacts else self.come()
            is_down = self.is_within(THEIR_OUTAGE)
            self.clinic.api.faults = [503] * 1_000 if is_down else []
            self.deliver()
            if number % 8 == 0 or is_down:
                self.work()
            if number % 40 == 0:
                self.poll()
        self.clinic.api.faults = []

    def settle(self) -> None:
        for _ in range(4):
            self.fake.time.sleep(1_200)
            self.deliver()
            self.work()
            self.poll()

    def is_within(self, outage: tuple[timedelta, timedelta]) -> bool:
        return outage[0] <= self.fake.time() - self.begins < outage[1]

    def note(self, what: str, contact: str, **values: Any) -> None:
        self.happened.append((what, self.fake.time(), contact, values))

    def one(self) -> str:
        return self.random.choice(self.contacts)

    def come(self) -> None:
        name, number = self.random.choice(NAMES), len(self.contacts)
        values = {"email": f"{name}.{number}@example.com".lower()}
        contact = self.fake.add_contact(firstName=name, lastName="Hale", **values)
        self.contacts.append(contact.id)
        self.stage_of[contact.id] = 0
        self.note("come", contact.id, first_name=name, **values)

    def edit(self) -> None:
        number = self.random.randrange(10_000)
        self.fake.edit_contact(self.one(), phone=f"+1212555{number:04}")

    def tag(self) -> None:
        contact = self.one()
        tag = self.random.choice(TAGS).lower()
        tags = self.fake.contacts[contact].tags
        left = [one for one in tags if one != tag]
        self.fake.edit_contact(contact, tags=left if tag in tags else [*tags, tag])

    def advance(self) -> None:
        contact = self.one()
        at = self.stage_of[contact]
        if contact not in self.opportunities:
            row = self.fake.add_opportunity(contact, stage=at)
            self.opportunities[contact] = row.id
        elif at < 2:
            self.stage_of[contact] = at + 1
            stage = self.fake.stage_id(at + 1)
            self.fake.edit_opportunity(
                self.opportunities[contact], pipelineStageId=stage
            )
            self.note("move", contact, stage=at + 1)

    def book(self) -> None:
        contact = self.one()
        if contact in self.booked:
            return
        at = self.fake.time() + timedelta(minutes=20)
        self.booked[contact] = self.fake.add_appointment(contact, at).id
        self.note("book", contact, at=at)

    def attend(self) -> None:
        status = self.random.choice(("showed", "showed", "noshow"))
        self.end_consult(status, status)

    def cancel(self) -> None:
        self.end_consult("cancelled", "cancel")

    def end_consult(self, status: str, what: str) -> None:
        rows = self.fake.appointments
        standing = [
            (contact, row)
            for contact, row in self.booked.items()
            if rows[row].appointmentStatus == "confirmed"
        ]
        if standing:
            contact, row = self.random.choice(standing)
            self.fake.edit_appointment(row, appointmentStatus=status)
            self.note(what, contact)

    def pay(self) -> None:
        contact, dollars = self.one(), self.random.randrange(50, 900)
        row = self.fake.add_transaction(contact, float(dollars))
        self.sales[row.id] = (contact, dollars)
        self.note("pay", contact, sale=row.id, cents=dollars * 100)

    def refund(self) -> None:
        if not self.sales:
            return
        sale = self.random.choice(list(self.sales))
        contact, dollars = self.sales.pop(sale)
        self.fake.refund(sale, dollars / 2)
        self.note("refund", contact, sale=sale, cents=dollars * 50)

    def edit_here(self) -> None:
        lead = Lead.objects.filter(external_id=self.one()).first()
        if lead is not None:
            add_tag(lead, self.random.choice(self.tags))

    # How it comes here

    def deliver(self) -> None:
        self.fake.webhooks.deliver(self.fake.time(), self.answer)

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        if self.is_within(OUR_OUTAGE):
            return 503
        delivery = Delivery(body, headers, received_at=clock.now())
        done = receive(self.clinic.connection, self.door, delivery)
        self.received.update(stored=done.stored, repeated=done.repeated)
        return 200

    def work(self) -> None:
        waiting = ReceivedDelivery.objects.filter(state=DeliveryState.WAITING)
        for pk in waiting.order_by("received_at", "id").values_list("pk", flat=True):
            if self.due.get(pk, self.begins) > self.fake.time():
                continue
            try:
                work_off(pk)
            except RetryLater:
                tries = self.tries[pk] = self.tries[pk] + 1
                wait = min(FIRST_RETRY * 2**tries, LONGEST_RETRY)
                self.due[pk] = self.fake.time() + wait
                self.received["again"] += 1
        # The database's own clock can't be moved: a change of ours is due at once.
        OutgoingChange.objects.update(next_at=clock.now() - timedelta(seconds=1))
        self.clinic.send()

    def poll(self) -> None:
        for stream in Stream:
            try:
                self.clinic.poll(stream)
            except GoHighLevelError:
                self.received["polls failed"] += 1

    # What is compared

    def here(self) -> dict[str, tuple[Any, ...]]:
        return {
            contact: (
                (lead := self.clinic.lead(contact)).first_name,
                lead.email,
                lead.phone,
                sorted(name.lower() for name in self.clinic.tags_of(lead)),
                self.clinic.stages.index(self.clinic.stage_of(lead)),
            )
            for contact in self.contacts
        }

    def there(self) -> dict[str, tuple[Any, ...]]:
        return {
            contact: (
                (row := self.fake.contacts[contact]).firstName,
                row.email,
                row.phone,
                sorted(row.tags),
                self.stage_of[contact],
            )
            for contact in self.contacts
        }

    def numbers(self) -> tuple[Counts, Any]:
        """Of the two days at most that this day touches."""
        now = clock.now()
        first, last = (local_date(at, clinic_zone()) for at in (self.begins, now))
        data = KpiData(Window(Period(first, last), clinic_zone(), now))
        return total_of(data), data.figures

    def forget(self) -> None:
        """Everything that came in; before the day is entered by hand."""
        KnownThere.objects.all().delete()
        OutgoingChange.objects.all().delete()


def total_of(data: KpiData) -> Counts:
    total = Counts()
    for counts in data.slices.values():
        total += counts
    return total


class EnteredByHand:
    """The same day, each entry by the service behind its page."""

    def __init__(self, day: ReplayedDay) -> None:
        self.leads: dict[str, Lead] = {}
        self.payments: dict[str, str] = {}
        self.stages: list[PipelineStage] = day.clinic.stages
        for what, at, contact, values in day.happened:
            getattr(self, what)(contact, at, **values)

    def come(self, contact: str, at: datetime, **values: str) -> None:
        lead = Lead(created_at=at, source="gohighlevel", **values)
        pipeline.create_lead(lead, self.stages[0])
        self.leads[contact] = lead

    def move(self, contact: str, at: datetime, stage: int) -> None:
        pipeline.move(self.leads[contact].pk, self.stages[stage].pk, at=at)

    def book(self, contact: str, moment: datetime, at: datetime) -> None:
        day = clock.now()
        consults.book(self.leads[contact], max(at, day), may_clash=True)

    def booking(self, contact: str) -> Any:
        return bookings(events_of(self.leads[contact]))[0].event.pk

    def showed(self, contact: str, at: datetime) -> None:
        consults.show(self.leads[contact], self.booking(contact))

    def noshow(self, contact: str, at: datetime) -> None:
        consults.no_show(self.leads[contact], self.booking(contact))

    def cancel(self, contact: str, at: datetime) -> None:
        consult_details.cancel(
            self.leads[contact], self.booking(contact), CancelReason.CANT_MAKE_IT
        )

    def pay(self, contact: str, at: datetime, sale: str, cents: int) -> None:
        event = payments.record_payment(self.leads[contact], cents, paid_at=at)
        self.payments[sale] = event.pk

    def refund(self, contact: str, at: datetime, sale: str, cents: int) -> None:
        payments.record_refund(
            self.leads[contact], self.payments[sale], cents, refunded_at=at
        )
