"""Many programs at the same moment, each with a connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from api.keys.making import ShownOnce, revoke_key
from api.models import IdempotentAnswer
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.models import AuditEvent, User
from tests.api.keys import ApiClient, key_of
from tests.factories import LeadFactory
from tests.locks import elsewhere
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("committed")
CLIENTS = 20


@pytest.fixture
def shown() -> ShownOnce:
    manager: User = make_person("manager", "Manager")
    return key_of(manager)


def at_once(shown: ShownOnce, ask: Callable[[ApiClient, int], Any]) -> list[ApiClient]:
    """All ask in the same moment; each client knows its last answer."""
    start = Barrier(CLIENTS)

    def run(number: int) -> ApiClient:
        client = ApiClient(shown)
        start.wait(20)
        try:
            ask(client, number)
            return client
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(run, range(CLIENTS)))


def test_the_same_payment_from_twenty_clients_is_recorded_once(
    shown: ShownOnce,
) -> None:
    lead = LeadFactory(admitted=True)
    path, key = f"/leads/{lead.pk}/payments", "order-7"

    def pay(client: ApiClient, number: int) -> None:
        client.post(path, {"value_cents": 45_000}, Idempotency_Key=key)

    clients = at_once(shown, pay)
    assert KpiEvent.objects.count() == 1
    assert IdempotentAnswer.objects.count() == 1
    assert AuditEvent.objects.filter(kind="api_used").count() == 1
    answers = Counter((one.status, one.last.json().get("code")) for one in clients)
    assert set(answers) <= {(201, None), (409, "idempotency_key_running")}
    assert answers[201, None] >= 1
    told = {one.last.content for one in clients if one.status == 201}
    assert len(told) == 1
    again = ApiClient(shown)
    again.post(path, {"value_cents": 45_000}, Idempotency_Key=key)
    assert (again.status, again.last.headers["Idempotency-Replayed"]) == (201, "true")
    assert {again.last.content} == told


def test_of_twenty_writers_with_one_state_one_writes(shown: ShownOnce) -> None:
    lead = LeadFactory(admitted=True, first_name="Ana")
    reader = ApiClient(shown)
    reader.get(f"/leads/{lead.pk}")
    etag = reader.last.headers["ETag"]
    names = [f"Ana{chr(ord('a') + number)}" for number in range(CLIENTS)]

    def rename(client: ApiClient, number: int) -> None:
        body = {"first_name": names[number]}
        client.write("patch", f"/leads/{lead.pk}", body, etag)

    clients = at_once(shown, rename)
    assert Counter(one.status for one in clients) == {200: 1, 412: CLIENTS - 1}
    (winner,) = [one for one in clients if one.status == 200]
    lead.refresh_from_db()
    assert lead.first_name == winner.last.json()["first_name"]
    assert lead.history.count() == 2


def test_a_refused_request_may_be_sent_again_with_its_key(shown: ShownOnce) -> None:
    lead, client = LeadFactory(admitted=True), ApiClient(shown)
    path = f"/leads/{lead.pk}/payments"
    body = {"value_cents": 100, "procedure_code": "NOTHING"}
    client.post(path, body, Idempotency_Key="k")
    assert client.status == 422
    assert not IdempotentAnswer.objects.exists()
    client.post(path, {"value_cents": 100}, Idempotency_Key="k")
    assert client.status == 201
    told = client.post(path, {"value_cents": 101}, Idempotency_Key="k")
    assert (client.status, told["code"]) == (422, "idempotency_key_reused")
    assert KpiEvent.objects.count() == 1


def test_a_kept_answer_shows_no_contact_to_who_reads_the_database(
    shown: ShownOnce,
) -> None:
    LeadFactory(admitted=True)
    body = {"first_name": "Zoe", "source": "phone", "phone": "+12125550187"}
    client = ApiClient(shown)
    told = client.post("/leads", body, Idempotency_Key="k")
    assert told["phone"] == "+12125550187"
    with elsewhere() as cursor:
        cursor.execute("SELECT to_jsonb(a)::text, answer FROM api_idempotentanswer a")
        text, answer = cursor.fetchone()  # type: ignore[misc]
    assert "5550187" not in text
    assert b"5550187" not in bytes(answer)
    assert client.post("/leads", body, Idempotency_Key="k") == told
    assert Lead.objects.filter(first_name="Zoe").count() == 1


def test_a_revoked_key_ends_between_two_pages(shown: ShownOnce) -> None:
    for _ in range(2):
        LeadFactory(admitted=True)
    client = ApiClient(shown)
    cursor = client.get("/leads?limit=1")["next_cursor"]
    revoke_key(shown.key.pk, shown.key.owner)
    told = client.get(f"/leads?limit=1&cursor={cursor}")
    assert (client.status, told["code"]) == (401, "key_revoked")


def test_a_database_that_is_gone_is_told_and_the_next_request_is_answered(
    shown: ShownOnce,
) -> None:
    client = ApiClient(shown)
    client.get("/stages")
    with elsewhere() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    told = client.get("/stages")
    assert (client.status, told["code"]) == (503, "database_unavailable")
    assert int(client.last.headers["Retry-After"]) > 0
    close_old_connections()  # as a server does before each request
    client.get("/stages")
    assert client.status == 200
