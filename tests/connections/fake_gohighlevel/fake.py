"""The data of one location of the double, and what people do there."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.connections.fake_gohighlevel.schemas import (
    Appointment,
    Calendar,
    Contact,
    Opportunity,
    Pipeline,
    Stage,
    Transaction,
)
from tests.connections.fake_gohighlevel.time import FakeTime
from tests.connections.fake_gohighlevel.webhooks import Webhooks

SEARCH_LAG = timedelta(seconds=3)
LOCATION = "ve9EPM428h8vShlRW1KT"
TOKEN = "pit-00000000-test-0000-0000-000000000000"
Row = dict[str, Any]


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


@dataclass
class FakeGoHighLevel:
    """Rows by their ids. The `edit_…` methods are what people click in GoHighLevel."""

    time: FakeTime = field(default_factory=FakeTime)
    location: str = LOCATION
    token: str = TOKEN
    contacts: dict[str, Contact] = field(default_factory=dict)
    opportunities: dict[str, Opportunity] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    pipelines: list[Pipeline] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    tags: list[str] = field(default_factory=lambda: ["botox", "vip"])
    # First parts of paths that the token has no scope for.
    forbidden: tuple[str, ...] = ()
    # What the search knows; it learns changes `SEARCH_LAG` later.
    searchable: dict[str, Contact] = field(default_factory=dict)
    webhooks: Webhooks = field(default_factory=Webhooks)
    # Appointments whose people were told of a change by GoHighLevel.
    notified: list[str] = field(default_factory=list)
    _unsearched: deque[tuple[datetime, str, Contact | None]] = field(
        default_factory=deque
    )
    _numbers: int = 0

    def __post_init__(self) -> None:
        stages = ("New lead", "Contacted", "Booked", "Showed", "Sold")
        self.pipelines = [
            Pipeline(
                id="VDm7RPYC2GLUvdpKmBfC",
                name="Sales",
                locationId=self.location,
                stages=[
                    Stage(id=self.stage_id(at), name=name, position=at)
                    for at, name in enumerate(stages)
                ],
            )
        ]
        self.calendars = [
            Calendar(id=f"BqTwX8QFwXzpegMve9E{at}", name=name, locationId=self.location)
            for at, name in enumerate(("Consults", "Treatments"))
        ]

    @staticmethod
    def stage_id(number: int) -> str:
        return f"e93ba61a-53b3-45e7-985a-c7732dbcdb{number:02}"

    def new_id(self) -> str:
        self._numbers += 1
        return f"seD4PfOuKoVM{self._numbers:08}"

    @property
    def now(self) -> str:
        return iso(self.time())

    # Contacts

    def add_contact(self, **values: Any) -> Contact:
        row = {"id": self.new_id(), "locationId": self.location}
        row |= {"dateAdded": self.now, "dateUpdated": self.now}
        contact = Contact(**(row | values))
        self._store(contact)
        self._hint("ContactCreate", contact.model_dump())
        return contact

    def edit_contact(self, contact_id: str, **values: Any) -> Contact:
        """One change fires several events."""
        old = self.contacts[contact_id]
        contact = Contact(**(old.model_dump() | values | {"dateUpdated": self.now}))
        self._store(contact)
        self._hint("ContactUpdate", contact.model_dump())
        if contact.tags != old.tags:
            self._hint("ContactTagUpdate", contact.model_dump())
        if (contact.dnd, contact.dndSettings) != (old.dnd, old.dndSettings):
            self._hint("ContactDndUpdate", contact.model_dump())
        return contact

    def delete_contact(self, contact_id: str) -> None:
        contact = self.contacts.pop(contact_id)
        self._unsearched.append((self.time() + SEARCH_LAG, contact_id, None))
        self._hint("ContactDelete", contact.model_dump())

    def merge_contacts(self, kept_id: str, merged_id: str) -> None:
        """No event tells of it but the transactions that changed their contact."""
        del self.contacts[merged_id]
        self._unsearched.append((self.time() + SEARCH_LAG, merged_id, None))
        for row in self.transactions.values():
            if row.contactId == merged_id:
                self._change_transaction(
                    row, contactId=kept_id, mergedFromContactId=merged_id
                )
        for opportunity in self.opportunities.values():
            if opportunity.contactId == merged_id:
                opportunity.contactId = kept_id

    def _store(self, contact: Contact) -> None:
        contact.emailLowerCase = contact.email.lower()
        self.contacts[contact.id] = contact
        self._unsearched.append((self.time() + SEARCH_LAG, contact.id, contact))

    def search(self) -> dict[str, Contact]:
        while self._unsearched and self._unsearched[0][0] <= self.time():
            _, contact_id, contact = self._unsearched.popleft()
            if contact is None:
                self.searchable.pop(contact_id, None)
            else:
                self.searchable[contact_id] = contact
        return self.searchable

    # Opportunities

    def add_opportunity(self, contact_id: str, stage: int = 0, **values: Any) -> Any:
        moments = ("lastStatusChangeAt", "lastStageChangeAt", "lastActionDate")
        row: Row = dict.fromkeys((*moments, "createdAt", "updatedAt"), self.now)
        row |= {"id": self.new_id(), "name": "Opportunity", "contactId": contact_id}
        row |= {"locationId": self.location, "pipelineId": self.pipelines[0].id}
        row |= {"pipelineStageId": self.stage_id(stage)}
        opportunity = Opportunity(**(row | values))
        self.opportunities[opportunity.id] = opportunity
        self._hint_opportunity("OpportunityCreate", opportunity)
        return opportunity

    def edit_opportunity(self, opportunity_id: str, **values: Any) -> Any:
        old = self.opportunities[opportunity_id]
        moments = {"updatedAt": self.now}
        events = ["OpportunityUpdate"]
        if values.get("pipelineStageId", old.pipelineStageId) != old.pipelineStageId:
            moments["lastStageChangeAt"] = self.now
            events.append("OpportunityStageUpdate")
        if values.get("status", old.status) != old.status:
            moments["lastStatusChangeAt"] = self.now
            events.append("OpportunityStatusUpdate")
        if values.get("monetaryValue", old.monetaryValue) != old.monetaryValue:
            events.append("OpportunityMonetaryValueUpdate")
        opportunity = Opportunity(**(old.model_dump() | values | moments))
        self.opportunities[opportunity_id] = opportunity
        for event in events:
            self._hint_opportunity(event, opportunity)
        return opportunity

    def delete_opportunity(self, opportunity_id: str) -> None:
        row = self.opportunities.pop(opportunity_id)
        self._hint_opportunity("OpportunityDelete", row)

    # Appointments and money

    def add_appointment(self, contact_id: str, at: datetime, **values: Any) -> Any:
        row = {"id": self.new_id(), "title": "Consult", "contactId": contact_id}
        row |= {"calendarId": self.calendars[0].id, "locationId": self.location}
        row |= {"appointmentStatus": "confirmed", "startTime": iso(at)}
        row |= {"endTime": iso(at + timedelta(minutes=30))}
        row |= {"dateAdded": self.now, "dateUpdated": self.now}
        appointment = Appointment(**(row | values))
        self.appointments[appointment.id] = appointment
        self._hint_appointment("AppointmentCreate", appointment)
        return appointment

    def edit_appointment(self, appointment_id: str, **values: Any) -> Any:
        old = self.appointments[appointment_id].model_dump()
        appointment = Appointment(**(old | values | {"dateUpdated": self.now}))
        self.appointments[appointment_id] = appointment
        self._hint_appointment("AppointmentUpdate", appointment)
        return appointment

    def delete_appointment(self, appointment_id: str) -> None:
        row = self.appointments.pop(appointment_id)
        self._hint_appointment("AppointmentDelete", row)

    def add_transaction(self, contact_id: str, amount: float, **values: Any) -> Any:
        """Without any webhook; the invoice's own event is only a hint."""
        row = {"_id": f"61dd0feac077f72{self.new_id()[-9:]}", "altId": self.location}
        row |= {"contactId": contact_id, "amount": amount}
        row |= dict.fromkeys(("createdAt", "updatedAt", "fulfilledAt"), self.now)
        transaction = Transaction(**(row | values))
        self.transactions[transaction.id] = transaction
        if transaction.status == "succeeded":
            hint = {"_id": self.new_id(), "status": "paid", "altType": "location"}
            hint |= {"altId": self.location, "amountPaid": amount, "liveMode": True}
            hint["contactDetails"] = {"id": contact_id, "name": "Invented Person"}
            self.webhooks.send(hint, self.time())
        return transaction

    def refund(self, transaction_id: str, amount: float) -> None:
        """No event tells of it."""
        row = self.transactions[transaction_id]
        self._change_transaction(row, amountRefunded=row.amountRefunded + amount)

    def _change_transaction(self, row: Transaction, **values: Any) -> None:
        old = row.model_dump(by_alias=True)
        self.transactions[row.id] = Transaction(
            **(old | values | {"updatedAt": self.now})
        )

    # Events

    def _hint(self, kind: str, row: Row) -> None:
        left_out = ("type", "dateUpdated", "emailLowerCase", "timezone")
        self._send(kind, {name: row[name] for name in row if name not in left_out})

    def _hint_opportunity(self, kind: str, row: Opportunity) -> None:
        names = ("id", "assignedTo", "contactId", "monetaryValue", "name", "pipelineId")
        names += ("pipelineStageId", "source", "status")
        self._send(kind, row.model_dump(include=set(names)))

    def _hint_appointment(self, kind: str, row: Appointment) -> None:
        self._send(kind, {"appointment": row.model_dump()})

    def _send(self, kind: str, body: Row) -> None:
        now = self.time()
        self.webhooks.send(
            {"type": kind, "locationId": self.location}
            | body
            | {"webhookId": f"wh-{self.new_id()}", "timestamp": iso(now)},
            now,
        )

    def sorted_contacts(self, field_name: str) -> list[Contact]:
        rows: Iterable[Contact] = self.search().values()
        by_field: Callable[[Contact], tuple[str, str]] = lambda row: (  # noqa: E731
            getattr(row, field_name),
            row.id,
        )
        return sorted(rows, key=by_field)
