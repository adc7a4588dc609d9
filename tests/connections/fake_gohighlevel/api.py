"""The double's REST interface: a request in, a checked answer out."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from tests.connections.fake_gohighlevel import schemas as s
from tests.connections.fake_gohighlevel.fake import FakeGoHighLevel
from tests.connections.fake_gohighlevel.limits import Limits
from tests.connections.fake_gohighlevel.paging import (
    list_opportunities,
    list_transactions,
    milliseconds,
    search_contacts,
)

VERSIONS = {"calendars": "2021-04-15"}
ID = r"([A-Za-z0-9_-]+)"


class Answer(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str | list[str], error: str = "") -> None:
        self.status, self.message, self.error = status, message, error


@dataclass
class Api:
    """`handle` serves an `httpx.MockTransport`; `Server` a socket."""

    fake: FakeGoHighLevel
    limits: Limits = field(default_factory=Limits)
    # Statuses that the next requests get, whatever they ask; 0 for no answer at all.
    faults: list[int] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append((request.method, path))
        try:
            self._check(request)
            answer = self._route(request)
        except Answer as told:
            error = s.ErrorAnswer(
                statusCode=told.status, message=told.message, error=told.error
            )
            return self._respond(told.status, error)
        created = request.method == "POST" and path.endswith("/tags")
        return self._respond(201 if created else 200, answer)

    def client(self) -> httpx.Client:
        """In the same process, without a socket."""
        return httpx.Client(
            base_url="https://services.example",
            transport=httpx.MockTransport(self.handle),
        )

    @property
    def writes(self) -> list[tuple[str, str]]:
        """Requests that change something."""
        return [
            (method, path)
            for method, path in self.requests
            if method != "GET" and not path.endswith("/search")
        ]

    def _respond(self, status: int, answer: BaseModel) -> httpx.Response:
        # Checked once more as what goes out, so that edits can't have broken it.
        body = answer.model_dump(mode="json", by_alias=True, exclude_none=True)
        type(answer).model_validate_json(json.dumps(body))
        return httpx.Response(status, json=body, headers=self.limits.headers)

    def _check(self, request: httpx.Request) -> None:
        if self.faults:
            status = self.faults.pop(0)
            if not status:
                raise httpx.ReadTimeout("no answer", request=request)
            raise Answer(status, "Something went wrong")
        if request.headers.get("authorization") != f"Bearer {self.fake.token}":
            raise Answer(401, "Invalid Private Integration token", "Unauthorized")
        if self.fake.forbidden and request.url.path.startswith(self.fake.forbidden):
            said = "The token is not authorized for this scope."
            raise Answer(401, said, "Unauthorized")
        product = request.url.path.strip("/").split("/")[0]
        version = VERSIONS.get(product, "2021-07-28")
        if request.headers.get("version") != version:
            raise Answer(401, "version header was not found.", "Unauthorized")
        if not self.limits.take(self.fake.time()):
            raise Answer(429, "Too Many Requests")

    def _route(self, request: httpx.Request) -> BaseModel:
        for method, pattern, handler in ROUTES:
            found = re.fullmatch(pattern, request.url.path)
            if found and method == request.method:
                return handler(self, request, *found.groups())
        raise Answer(404, "Cannot find this route", "Not Found")

    def body(self, request: httpx.Request, shape: type[BaseModel]) -> Any:
        try:
            return shape.model_validate_json(request.content)
        except ValidationError as error:
            wrong = [
                f"property {'.'.join(map(str, one['loc']))} should not exist"
                if one["type"] == "extra_forbidden"
                else f"{'.'.join(map(str, one['loc']))} is not valid"
                for one in error.errors()
            ]
            raise Answer(422, wrong, "Unprocessable Entity") from error

    def contact(self, contact_id: str) -> s.Contact:
        if contact_id not in self.fake.contacts:
            # Since years GoHighLevel answers so for contacts that it doesn't have.
            raise Answer(404, f"Contact not found for id: {contact_id}", "Not Found")
        return self.fake.contacts[contact_id]


def changed(change: BaseModel) -> dict[str, Any]:
    return change.model_dump(exclude_unset=True)


def get_contact(api: Api, request: httpx.Request, key: str) -> BaseModel:
    return s.ContactAnswer(contact=api.contact(key))


def put_contact(api: Api, request: httpx.Request, key: str) -> BaseModel:
    """Tags in the body replace all others."""
    api.contact(key)
    change = api.body(request, s.ContactChange)
    return s.UpdatedContactAnswer(
        succeded=True, contact=api.fake.edit_contact(key, **changed(change))
    )


def upsert_contact(api: Api, request: httpx.Request) -> BaseModel:
    """The first contact with this email or phone; a second one is ignored."""
    new = api.body(request, s.NewContact)
    for contact in api.fake.contacts.values():
        if (new.email and contact.email == new.email) or (
            new.phone and contact.phone == new.phone
        ):
            values = changed(new)
            return s.ContactAnswer(contact=api.fake.edit_contact(contact.id, **values))
    return s.ContactAnswer(contact=api.fake.add_contact(**changed(new)))


def add_tags(api: Api, request: httpx.Request, key: str) -> BaseModel:
    tags = api.contact(key).tags
    new = [one.lower() for one in api.body(request, s.TagsBody).tags]
    both = [*tags, *(one for one in new if one not in tags)]
    if both != tags:
        api.fake.edit_contact(key, tags=both)
    return s.TagsAnswer(tags=both)


def remove_tags(api: Api, request: httpx.Request, key: str) -> BaseModel:
    tags = api.contact(key).tags
    gone = {one.lower() for one in api.body(request, s.TagsBody).tags}
    left = [one for one in tags if one not in gone]
    if left != tags:
        api.fake.edit_contact(key, tags=left)
    return s.TagsAnswer(tags=left)


def search(api: Api, request: httpx.Request) -> BaseModel:
    asked: s.ContactSearch = api.body(request, s.ContactSearch)
    if asked.page and asked.searchAfter:
        raise Answer(400, "Use either page or searchAfter", "Bad Request")
    if asked.page and asked.page * asked.pageLimit > 10_000:
        raise Answer(400, "Only 10,000 records can be reached by page", "Bad Request")
    return search_contacts(api.fake, asked)


def get_opportunity(api: Api, request: httpx.Request, key: str) -> BaseModel:
    if key not in api.fake.opportunities:
        raise Answer(404, "Opportunity not found", "Not Found")
    return s.OpportunityAnswer(opportunity=api.fake.opportunities[key])


def put_opportunity(api: Api, request: httpx.Request, key: str) -> BaseModel:
    get_opportunity(api, request, key)
    change = changed(api.body(request, s.OpportunityChange))
    return s.OpportunityAnswer(opportunity=api.fake.edit_opportunity(key, **change))


def search_opportunities(api: Api, request: httpx.Request) -> BaseModel:
    return list_opportunities(api.fake, dict(request.url.params))


def get_pipelines(api: Api, request: httpx.Request) -> BaseModel:
    return s.PipelinesAnswer(pipelines=api.fake.pipelines)


def get_calendars(api: Api, request: httpx.Request) -> BaseModel:
    return s.CalendarsAnswer(calendars=api.fake.calendars)


def location_of(api: Api, key: str) -> None:
    if key != api.fake.location:
        said = "The token does not have access to this location."
        raise Answer(403, said, "Forbidden")


def get_location(api: Api, request: httpx.Request, key: str) -> BaseModel:
    location_of(api, key)
    row = s.Location(id=key, name="Glow Aesthetics", lastName="Invented")
    return s.LocationAnswer(location=row)


def get_location_tags(api: Api, request: httpx.Request, key: str) -> BaseModel:
    location_of(api, key)
    return s.LocationTagsAnswer(
        tags=[
            s.LocationTag(id=f"tag{number:017}", name=name, locationId=key)
            for number, name in enumerate(api.fake.tags)
        ]
    )


def get_appointment(api: Api, request: httpx.Request, key: str) -> BaseModel:
    if key not in api.fake.appointments:
        raise Answer(404, "The event was not found", "Not Found")
    return s.EventAnswer(event=api.fake.appointments[key])


def put_appointment(api: Api, request: httpx.Request, key: str) -> BaseModel:
    get_appointment(api, request, key)
    change = changed(api.body(request, s.AppointmentChange))
    if change.pop("toNotify", True):
        api.fake.notified.append(key)
    change.pop("ignoreFreeSlotValidation", None)
    row = api.fake.edit_appointment(key, **change).model_dump()
    names = s.EditedAppointment.model_fields
    return s.EditedAppointment(**{name: row[name] for name in names})


def get_events(api: Api, request: httpx.Request) -> BaseModel:
    query = request.url.params
    if not {"locationId", "startTime", "endTime"} <= set(query):
        raise Answer(422, ["startTime is not valid"], "Unprocessable Entity")
    first, last = int(query["startTime"]), int(query["endTime"])
    rows = [
        row
        for row in api.fake.appointments.values()
        if row.calendarId == query.get("calendarId", row.calendarId)
        and first <= milliseconds(row.startTime) <= last
    ]
    return s.EventsAnswer(events=rows)


def get_transactions(api: Api, request: httpx.Request) -> BaseModel:
    query = dict(request.url.params)
    if not {"altId", "altType"} <= set(query):
        raise Answer(422, ["altId is not valid"], "Unprocessable Entity")
    return list_transactions(api.fake, query)


Handler = Callable[..., BaseModel]
ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", "/contacts/search", search),
    ("POST", "/contacts/upsert", upsert_contact),
    ("GET", f"/contacts/{ID}", get_contact),
    ("PUT", f"/contacts/{ID}", put_contact),
    ("POST", f"/contacts/{ID}/tags", add_tags),
    ("DELETE", f"/contacts/{ID}/tags", remove_tags),
    ("GET", "/opportunities/search", search_opportunities),
    ("GET", "/opportunities/pipelines", get_pipelines),
    ("GET", f"/opportunities/{ID}", get_opportunity),
    ("PUT", f"/opportunities/{ID}", put_opportunity),
    ("GET", f"/locations/{ID}", get_location),
    ("GET", f"/locations/{ID}/tags", get_location_tags),
    ("GET", "/calendars/", get_calendars),
    ("GET", "/calendars/events", get_events),
    ("GET", f"/calendars/events/appointments/{ID}", get_appointment),
    ("PUT", f"/calendars/events/appointments/{ID}", put_appointment),
    ("GET", "/payments/transactions", get_transactions),
]
