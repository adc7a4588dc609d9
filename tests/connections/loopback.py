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
from typing import Any

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


ANSWERS: Mapping[str, TypeAdapter[Any]] = {
    "meta_lead": TypeAdapter(MetaLead),
    "meta_form": TypeAdapter(MetaForm),
    "square_customer": TypeAdapter(SquareCustomerAnswer),
    "acuity_appointment": TypeAdapter(AcuityAppointment),
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
        found = self.objects.get(path.partition("?")[0])
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
