"""Doubles of services that are asked for objects, on this computer's own address.

What they answer is checked against schemas written from each service's documentation,
so that a double can't say what the service never would.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Documented(BaseModel):
    """The keys that a service documents; another one is a mistake of the double."""

    model_config = ConfigDict(extra="forbid", strict=True)


class MetaFieldData(Documented):
    name: str
    values: list[str]


class MetaLead(Documented):
    id: str
    created_time: str
    form_id: str
    campaign_name: str
    platform: str
    is_organic: bool
    field_data: list[MetaFieldData]


class MetaQuestion(Documented):
    key: str
    label: str
    type: str
    id: str


class MetaForm(Documented):
    id: str
    questions: list[MetaQuestion]


class SquareCustomer(Documented):
    id: str
    created_at: str
    given_name: str
    family_name: str
    email_address: str
    phone_number: str
    birthday: str
    note: str
    address: dict[str, str]
    preferences: dict[str, bool]
    creation_source: str


class SquareCustomerAnswer(Documented):
    customer: SquareCustomer


class AcuityAppointment(BaseModel):
    """Documented with far more keys; these have the types that are read."""

    model_config = ConfigDict(strict=True)

    id: int
    firstName: str
    lastName: str
    email: str
    phone: str
    datetime: str
    datetimeCreated: str
    appointmentTypeID: int
    calendarID: int
    canceled: bool
    forms: list[dict[str, Any]]


class SquareVariationData(Documented):
    item_id: str
    name: str
    ordinal: int
    pricing_type: str
    service_duration: int
    team_member_ids: list[str]


class SquareVariation(Documented):
    type: Literal["ITEM_VARIATION"]
    id: str
    version: int
    is_deleted: bool
    present_at_all_locations: bool
    item_variation_data: SquareVariationData


class SquareItemData(Documented):
    name: str
    description: str
    product_type: Literal["REGULAR", "APPOINTMENTS_SERVICE"]
    variations: list[SquareVariation]


class SquareItem(Documented):
    type: Literal["ITEM"]
    id: str
    version: int
    is_deleted: bool
    present_at_all_locations: bool
    item_data: SquareItemData


class SquareCatalog(Documented):
    objects: list[SquareItem]
    cursor: str | None = None


class SquareProfile(Documented):
    team_member_id: str
    description: str
    display_name: str
    is_bookable: bool
    profile_image_url: str


class SquareProfiles(Documented):
    team_member_booking_profiles: list[SquareProfile]
    cursor: str | None = None


class CalendlyUser(Documented):
    uri: str
    name: str
    slug: str
    email: str
    timezone: str
    current_organization: str


class CalendlyMe(Documented):
    resource: CalendlyUser


class CalendlyProfile(Documented):
    type: Literal["User", "Team"]
    name: str
    owner: str


class CalendlyEventType(Documented):
    uri: str
    name: str
    active: bool
    slug: str
    scheduling_url: str
    duration: int
    kind: Literal["solo", "group"]
    profile: CalendlyProfile
    internal_note: str | None
    description_plain: str | None


class CalendlyPagination(Documented):
    count: int
    next_page: str | None
    next_page_token: str | None
    previous_page: str | None
    previous_page_token: str | None


class CalendlyEventTypes(Documented):
    collection: list[CalendlyEventType]
    pagination: CalendlyPagination


class AcuityType(Documented):
    id: int
    active: bool
    name: str
    description: str
    duration: int
    price: str
    category: str
    color: str
    private: bool
    type: Literal["service", "class", "series"]
    calendarIDs: list[int]


class AcuityCalendar(Documented):
    id: int
    name: str
    email: str
    replyTo: str
    description: str
    location: str
    timezone: str


ANSWERS: Mapping[str, TypeAdapter[Any]] = {
    "meta_lead": TypeAdapter(MetaLead),
    "meta_form": TypeAdapter(MetaForm),
    "square_customer": TypeAdapter(SquareCustomerAnswer),
    "acuity_appointment": TypeAdapter(AcuityAppointment),
    "square_catalog": TypeAdapter(SquareCatalog),
    "square_profiles": TypeAdapter(SquareProfiles),
    "calendly_me": TypeAdapter(CalendlyMe),
    "calendly_event_types": TypeAdapter(CalendlyEventTypes),
    "acuity_types": TypeAdapter(list[AcuityType]),
    "acuity_calendars": TypeAdapter(list[AcuityCalendar]),
}


@dataclass
class Service:
    """A service: its answers by path, what it was asked, and how it fails."""

    url: str = ""
    objects: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    status: int = 200
    raw: bytes | None = None

    def has(self, path: str, schema: str, found: Any) -> None:
        ANSWERS[schema].validate_python(found)
        self.objects[path] = found

    def answer(self, path: str) -> tuple[int, bytes]:
        found = self.objects.get(path, self.objects.get(path.partition("?")[0]))
        if self.status == 200 and self.raw is None and found is None:
            return 404, b'{"error": "not found"}'
        body = json.dumps(found).encode() if self.raw is None else self.raw
        return self.status, body


@contextmanager
def running() -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append((self.path, headers))
            status, body = service.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", "http://192.0.2.1/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
