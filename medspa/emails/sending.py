"""Emails are sent by the worker, which tries again while the mail server is away.

A job is queued in the transaction that it belongs to. No job holds a link or a token;
they are made when the email is sent.
"""

from collections.abc import Sequence
from datetime import timedelta
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from medspa import clock
from medspa.accounts.emailed_links import EmailedLink, LinkKind
from medspa.accounts.models import User
from medspa.emails.message import compose
from medspa.jobs.queueing import defer

# What a mail server that is away, busy or misconfigured ends in.
UNREACHABLE = (SMTPException, OSError)
NOT_REACHED = "the mail server can't be reached. Trying again."
REFUSED = "the mail server refused it with code {}. Trying again."
ADDRESS_REFUSED = "the mail server doesn't accept this address."
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
# About an hour; links that are shown on a page are tried until they expire.
TRIES = 7

SUBJECTS = {
    LinkKind.INVITATION.value: "Your invitation",
    LinkKind.EMAIL_CHANGE.value: "Confirm your new email",
}
LINK_PAGES = {
    LinkKind.INVITATION.value: "invitation",
    LinkKind.EMAIL_CHANGE.value: "confirm_email",
}


class TryAgain(BaseRetryStrategy):
    """After half a minute, then twice as long each time, up to an hour."""

    def __init__(self, tries: int | None = None) -> None:
        self.tries = tries

    def get_retry_decision(
        self, *, exception: BaseException, job: Job
    ) -> RetryDecision | None:
        is_over = self.tries is not None and job.attempts >= self.tries
        if is_over or not isinstance(exception, UNREACHABLE):
            return None
        wait = min(FIRST_WAIT * 2 ** min(job.attempts, 10), LONGEST_WAIT)
        return RetryDecision(retry_in={"seconds": int(wait.total_seconds())})


def queue_link(link: EmailedLink, base: str) -> None:
    """Have the worker send the link; `base` is how addresses of the site begin."""
    defer("medspa.send_link", link_id=link.pk, base=base)


def queue_notice(
    name: str, person: User, to: str, subject: str, *, sentences: Sequence[str] = ()
) -> None:
    """Have the worker tell `to` what happened to the person's account.

    `sentences` are for a template that prints them.
    """
    defer(
        "medspa.send_notice",
        name=name,
        person_id=person.pk,
        to=to,
        subject=subject,
        sentences=list(sentences),
    )


def queue_password_reset(email: str, base: str) -> None:
    """Have the worker send a link to whoever has this email, if anyone has.

    The page answers at once and alike whether or not anyone has it.
    """
    defer("medspa.send_password_reset", email=email, base=base)


def address_of(link: EmailedLink, base: str) -> str:
    return base + reverse(LINK_PAGES[link.kind], args=[link.token]).lstrip("/")


def reset_address(person: User, base: str) -> str:
    """The page where the person chooses a new password, once, within the hour."""
    code = urlsafe_base64_encode(force_bytes(person.pk))
    token = default_token_generator.make_token(person)
    return base + reverse("reset_password", args=[code, token]).lstrip("/")


def problem_of(error: Exception) -> str:
    """What the People page says after "Not sent yet:"."""
    if isinstance(error, SMTPConnectError):
        return NOT_REACHED
    if isinstance(error, SMTPResponseException):
        return REFUSED.format(error.smtp_code)
    return NOT_REACHED


@app.task(name="medspa.send_link", retry=TryAgain())
def send_link(link_id: str, base: str) -> None:
    links = EmailedLink.objects.usable().filter(pk=link_id, sent_at=None)
    link = links.select_related("person", "created_by").first()
    if link is None:  # replaced, canceled, expired
        return
    context = {"link": link, "address": address_of(link, base)}
    message = compose(link.kind, link.email, SUBJECTS[link.kind], context)
    try:
        message.send()
    except SMTPRecipientsRefused:
        links.update(send_problem=ADDRESS_REFUSED)
    except UNREACHABLE as error:
        links.update(send_problem=problem_of(error))
        raise
    else:
        links.update(sent_at=clock.now(), send_problem="")


@app.task(name="medspa.send_notice", retry=TryAgain(TRIES))
def send_notice(
    name: str, person_id: str, to: str, subject: str, sentences: Sequence[str] = ()
) -> None:
    person = User.objects.filter(pk=person_id).first()
    if person is not None:
        context = {"person": person, "sentences": sentences}
        compose(name, to, subject, context).send()


@app.task(name="medspa.send_password_reset", retry=TryAgain(TRIES))
def send_password_reset(email: str, base: str) -> None:
    person: Any = User.objects.may_sign_in().with_email(email).first()
    if person is not None:
        context = {"person": person, "address": reset_address(person, base)}
        compose("password_reset", person.email, "Choose a new password", context).send()
