"""A refusal becomes the right answer for a form, a script, a page and a command."""

import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from medspa.management.refusals import refusals_end_command
from medspa.refusals import Refused
from medspa.web.refusals import (
    redirect_refused,
    refusal_pages,
    refused_json,
    render_refused,
    sentence_of,
)

REFUSAL = Refused("The month is locked. Nothing was done.")


@pytest.fixture
def request_with_messages(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def test_a_refusal_has_a_sentence_and_a_code() -> None:
    class MonthIsLocked(Refused):
        code = "month_is_locked"

    assert str(MonthIsLocked("No.")) == MonthIsLocked("No.").sentence == "No."
    assert (Refused("No.").code, MonthIsLocked("No.").code) == (
        "refused",
        "month_is_locked",
    )
    assert MonthIsLocked("No.", "finer").code == "finer"


def test_a_validation_error_has_one_sentence_of_all_its_messages() -> None:
    assert sentence_of(REFUSAL) == REFUSAL.sentence
    assert sentence_of(ValidationError(["One.", "Two."])) == "One. Two."


def test_a_form_is_answered_by_another_page_with_the_sentence(
    request_with_messages: HttpRequest,
) -> None:
    answer = redirect_refused(request_with_messages, REFUSAL, "home")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    [message] = get_messages(request_with_messages)
    assert (message.level_tag, message.message) == ("error", REFUSAL.sentence)


def test_a_page_is_shown_again_with_the_sentence(
    rf: RequestFactory, settings: Settings
) -> None:
    template = {"page.html": "{{ title }}: {{ refusal }}"}
    loader = ("django.template.loaders.locmem.Loader", template)
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [loader]},
        }
    ]
    context = {"title": "Move"}
    answer = render_refused(rf.post("/"), REFUSAL, "page.html", context)
    assert answer.status_code == 409
    assert answer.content.decode() == f"Move: {REFUSAL.sentence}"


def test_a_script_reads_the_sentence_as_json() -> None:
    answer = refused_json(REFUSAL, rows="<tr>")
    assert answer.status_code == 409
    assert json.loads(answer.content) == {"message": REFUSAL.sentence, "rows": "<tr>"}


@pytest.mark.django_db
def test_what_no_view_caught_is_a_page(rf: RequestFactory) -> None:
    middleware = refusal_pages(lambda request: HttpResponse("done"))
    assert middleware(rf.get("/")).content == b"done"  # type: ignore[attr-defined]
    answer = middleware.process_exception(rf.get("/"), REFUSAL)  # type: ignore[attr-defined]
    assert answer.status_code == 409
    assert REFUSAL.sentence in answer.content.decode()
    assert middleware.process_exception(rf.get("/"), ValueError()) is None  # type: ignore[attr-defined]


def test_a_command_ends_with_the_sentence() -> None:
    with pytest.raises(CommandError) as error, refusals_end_command("Sorry. ", 3):
        raise REFUSAL
    assert str(error.value) == f"Sorry. {REFUSAL.sentence}"
    assert error.value.returncode == 3
