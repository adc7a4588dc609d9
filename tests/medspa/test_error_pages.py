"""Error pages say what happened, what was kept and what to do."""

from typing import NoReturn

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest
from django.test import Client
from django.urls import path

from medspa.models import User
from medspa.urls import (  # noqa: F401  (Django looks for them beside the addresses)
    handler400,
    handler403,
    handler404,
    handler500,
)
from medspa.urls import urlpatterns as site
from tests import factories


def database_gone(request: HttpRequest) -> NoReturn:
    raise OperationalError("server closed the connection unexpectedly")


def broken(request: HttpRequest) -> NoReturn:
    raise KeyError("secret@example.com")


def retired(request: HttpRequest) -> NoReturn:
    raise Http404("This stage no longer exists.")


def suspicious(request: HttpRequest) -> NoReturn:
    raise SuspiciousOperation("too many fields")


def too_long(request: HttpRequest) -> NoReturn:
    raise DataError("value too long for type character varying(25)")


urlpatterns = [
    *site,
    path("database-gone/", database_gone),
    path("broken/", broken),
    path("retired/", retired),
    path("suspicious/", suspicious),
    path("too-long/", too_long),
]
pytestmark = pytest.mark.urls(__name__)


def read(client: Client, address: str) -> tuple[int, str]:
    client.raise_request_exception = False
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def test_a_database_that_restarts_is_named_and_may_be_asked_again(
    client: Client,
) -> None:
    """Marked without `db`: any question to the database would fail this test."""
    client.raise_request_exception = False
    answer = client.get("/database-gone/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "The database isn&#x27;t responding" in answer.content.decode()
    assert "Everything you saved earlier is kept." in answer.content.decode()


def test_our_own_fault_tells_no_secret(client: Client) -> None:
    status, text = read(client, "/broken/")
    assert status == 500
    assert "Something went wrong" in text
    assert "secret" not in text
    assert "css/site.css" in text


def test_what_is_missing_is_named_in_our_own_words(client: Client) -> None:
    assert "This stage no longer exists." in read(client, "/retired/")[1]
    status, text = read(client, "/no/such/page/")
    assert status == 404
    assert "Page not found" in text
    assert "tried" not in text


def test_a_lead_that_never_was_is_missed_without_djangos_words(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    status, text = read(client, "/leads/board/move/nobody/")
    assert status == 404
    assert "matches the given query" not in text


def test_an_acts_address_opened_as_a_page_says_so(
    client: Client, front_desk: User
) -> None:
    client.force_login(front_desk)
    answer = client.get("/leads/bulk/?q=mi")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "only receives forms" in answer.content.decode()


def test_a_broken_request_did_nothing(client: Client) -> None:
    status, text = read(client, "/suspicious/")
    assert status == 400
    assert "Nothing was done." in text


def test_a_null_byte_in_an_address_or_a_form_is_refused(
    client: Client, manager: User
) -> None:
    client.force_login(manager)
    assert read(client, "/commissions/credit/%00/")[0] == 400
    lead = factories.LeadFactory()
    answer = client.post(f"/leads/{lead.pk}/tag/", {"tag": "\0"})
    assert answer.status_code == 400
    assert "Nothing was done." in answer.content.decode()


def test_other_values_that_a_column_cannot_hold_are_our_own_fault(
    client: Client,
) -> None:
    assert read(client, "/too-long/")[0] == 500


def test_who_may_not_is_told_whom_to_ask(client: Client, front_desk: User) -> None:
    client.force_login(front_desk)
    status, text = read(client, "/leads/export/")
    assert status == 403
    assert "ask an administrator" in text
    assert "Go to home" in text


def test_whose_session_has_ended_is_led_to_sign_in(client: Client, db: None) -> None:
    answer = client.post("/leads/nobody/log/", {"type": "call"})
    assert answer.status_code == 403
    assert "You&#x27;re signed out" in answer.content.decode()
    assert "/admin/login/?next=%2F" in answer.content.decode()


def test_a_form_from_before_signing_in_says_to_reload(
    front_desk: User, db: None
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(front_desk)
    answer = client.post("/leads/nobody/log/", {"type": "call"})
    assert answer.status_code == 403
    assert "This page expired" in answer.content.decode()
    assert "Nothing was saved just now." in answer.content.decode()
