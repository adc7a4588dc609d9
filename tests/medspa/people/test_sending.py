"""Emails are sent by the worker, which tries again while the mail server is away."""

from io import BytesIO
from pathlib import Path
from smtplib import (
    SMTPAuthenticationError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from medspa.emails import sending
from medspa.emails.message import compose
from medspa.models import EmailedLink, User
from medspa.setup.saving import change_logo
from medspa.web.site_address import site_address
from tests.clinics import ChangeClinic
from tests.factories import EmailedLinkFactory
from tests.medspa.people.posting import invite

pytestmark = pytest.mark.django_db
BASE = "https://crm.example.com/"


class Away(BaseEmailBackend):
    """A mail server that does what `error` says."""

    error: Exception = ConnectionRefusedError()

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.fixture
def away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type[Away]:
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    settings.EMAIL_URL = "smtp://mail.example.com"
    monkeypatch.setattr(Away, "error", ConnectionRefusedError())
    return Away


def status(office: Client, person: User) -> str:
    page = office.get(reverse("person", args=[person.pk])).text
    return " ".join(page.split())


def test_the_email_says_whose_it_is_until_when_and_from_whom() -> None:
    link = EmailedLinkFactory()
    sending.send_link(link_id=link.pk, base=BASE)
    [message] = mail.outbox
    html = message.alternatives[0].content  # type: ignore[attr-defined]
    for text in (message.body, html):
        assert f"{BASE}invitation/{link.token}/" in text
        assert link.email in text
    assert message.subject == "Your invitation (MedSpa Growth Hub)"
    link.refresh_from_db()
    assert link.sent_at
    sending.send_link(link_id=link.pk, base=BASE)
    assert len(mail.outbox) == 1, "what is sent is not sent again"


def test_the_email_brings_the_logo_of_the_clinic() -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 20), "#0f766e").save(picture, "PNG")
    change_logo(picture.getvalue())
    sending.send_link(link_id=EmailedLinkFactory().pk, base=BASE)
    whole = mail.outbox[0].message()
    parts = {part.get_content_type(): part for part in whole.walk()}
    assert whole.get_content_type() == "multipart/related"
    assert 'src="cid:logo"' in parts["text/html"].get_payload(decode=True).decode()
    assert parts["image/png"]["Content-ID"] == "<logo>"
    assert parts["image/png"].get_payload(decode=True).startswith(b"\x89PNG")


def test_the_queue_holds_no_link(office: Client) -> None:
    invite(office)
    link = EmailedLink.objects.get()
    [job] = ProcrastinateJob.objects.all()
    assert job.args == {"link_id": link.pk, "base": "http://testserver/"}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(), "the mail server can't be reached. Trying again."),
        (TimeoutError(), "the mail server can't be reached. Trying again."),
        (SMTPServerDisconnected(), "the mail server can't be reached. Trying again."),
        (
            SMTPAuthenticationError(535, b"no"),
            "refused it with code 535. Trying again.",
        ),
    ],
    ids=["refused", "silent", "hung up", "password"],
)
def test_a_mail_server_that_is_away_is_told_on_the_page_and_tried_again(
    error: Exception, words: str, office: Client, away: type[Away]
) -> None:
    away.error = error
    link = EmailedLinkFactory()
    with pytest.raises(type(error)):
        sending.send_link(link_id=link.pk, base=BASE)
    page = status(office, link.person).replace("&#x27;", "'")
    assert "Invitation not sent yet: the mail server" in page
    assert words in page
    decision = sending.TryAgain().get_retry_decision(
        exception=error,
        job=SimpleNamespace(attempts=3),  # type: ignore[arg-type]
    )
    assert decision is not None


def test_an_address_that_the_server_refuses_is_not_tried_again(
    office: Client, away: type[Away]
) -> None:
    away.error = SMTPRecipientsRefused({"zoe@example.com": (550, b"no such user")})
    link = EmailedLinkFactory()
    sending.send_link(link_id=link.pk, base=BASE)
    page = status(office, link.person).replace("&#x27;", "'")
    assert "the mail server doesn't accept this address." in page


def test_once_it_is_sent_the_page_says_when(
    office: Client, away: type[Away], settings: Settings
) -> None:
    link = EmailedLinkFactory(send_problem=sending.NOT_REACHED)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sending.send_link(link_id=link.pk, base=BASE)
    page = status(office, link.person)
    assert "Invitation sent" in page
    assert "not sent yet" not in page


def waits(strategy: sending.TryAgain, attempts: int, error: Exception) -> Any:
    job: Any = SimpleNamespace(attempts=attempts)
    return strategy.get_retry_decision(exception=error, job=job)


def test_waits_grow_to_an_hour_and_our_own_faults_are_not_tried_again() -> None:
    always, seven = sending.TryAgain(), sending.TryAgain(sending.TRIES)
    away = ConnectionRefusedError()
    moments = [waits(always, attempts, away).retry_at for attempts in (0, 1, 6, 500)]
    seconds = [(moment - moments[0]).total_seconds() for moment in moments]
    assert [round(value / 30) for value in seconds] == [0, 1, 63, 119]
    assert waits(always, 0, KeyError()) is None
    assert waits(seven, 6, away)
    assert waits(seven, 7, away) is None


def test_a_name_cannot_add_headers_to_an_email(clinic_is: ChangeClinic) -> None:
    clinic_is(name="Glow\r\nBcc: all@example.com")
    message = compose("email_changed", "a@example.com", "Hi", {"person": "Zoe"})
    assert message.message()["Bcc"] is None
    assert message.subject == "Hi (Glow Bcc: all@example.com)"


def test_names_are_text_in_html() -> None:
    message = compose("email_changed", "a@example.com", "Hi", {"person": "<b>Zoe"})
    assert "<b>Zoe" in str(message.body)
    assert "&lt;b&gt;Zoe" in str(message.alternatives[0].content)  # type: ignore[attr-defined]


def test_links_begin_with_the_setting(rf: Any, settings: Settings) -> None:
    assert site_address(rf.get("/")) == "http://testserver/"
    for configured in ("https://crm.example.com", "https://crm.example.com/"):
        settings.SITE_URL = configured
        assert site_address(rf.get("/")) == BASE


def test_emails_kept_as_files_are_for_this_account_only(
    settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "var" / "emails"
    settings.EMAIL_BACKEND = "medspa.emails.files.EmailBackend"
    mail.send_mail("Hello", "Welcome.", "clinic@example.com", ["ana@example.com"])
    assert settings.EMAIL_FILE_PATH.stat().st_mode & 0o077 == 0
    [file] = settings.EMAIL_FILE_PATH.iterdir()
    assert "Welcome." in file.read_text()
