"""Telling people that an endpoint was disabled, or that it fails."""

from datetime import timedelta

from django.urls import reverse

from api.webhooks.endpoint import WebhookEndpoint, WhyDisabled
from api.webhooks.endpoints import host_of
from medspa import clock
from medspa.emails.sending import queue_notice
from medspa.health.lines import HealthGroup, HealthLine, Severity

WEBHOOKS_LINE = "Webhooks"
# A failure that lasts longer is worth a look; an end that is older was seen.
WORTH_A_LOOK, SEEN_AFTER = timedelta(hours=6), timedelta(days=7)
END_SUBJECT = "A webhook endpoint was disabled"


def tell_of_end(endpoint: WebhookEndpoint) -> None:
    """An email to who made it, in the transaction that disabled it."""
    person = endpoint.made_by
    if not (person.email and person.may_sign_in):
        return  # The Status page tells the others.
    sentences = [
        f"The webhook endpoint {endpoint} ({host_of(endpoint.url)}) was disabled:"
        f" {WhyDisabled(endpoint.why_disabled).label}.",
        "What waited for it was canceled. When it works again, enable it under"
        " Settings, Webhooks, and send again what it missed.",
    ]
    queue_notice(
        "webhook_disabled", person, person.email, END_SUBJECT, sentences=sentences
    )


def webhooks_line() -> HealthLine:
    """Endpoints that fail for hours, or that were disabled because they did."""
    endpoints = list(WebhookEndpoint.objects.all())
    problems = [text for one in endpoints if (text := _problem_of(one))]
    page = reverse("webhooks")
    if problems:
        return HealthLine(
            WEBHOOKS_LINE,
            " ".join(problems),
            Severity.WARNING,
            "Open the Webhooks page and see what the endpoint answers.",
            HealthGroup.NETWORK,
            page=page,
        )
    on = [one for one in endpoints if one.is_on]
    failing = sum(one.failing_since is not None for one in on)
    how = f"{failing} failing" if failing else "all working"
    words = f"{len(on)} on, {how}." if on else "None set up."
    return HealthLine(WEBHOOKS_LINE, words, group=HealthGroup.NETWORK, page=page)


def _problem_of(endpoint: WebhookEndpoint) -> str:
    now = clock.now()
    host = host_of(endpoint.url)
    if endpoint.disabled_at:
        is_ours = endpoint.why_disabled != WhyDisabled.BY_PERSON
        is_new = now - endpoint.disabled_at < SEEN_AFTER
        return f"{host} was disabled: it failed." if is_ours and is_new else ""
    since = endpoint.failing_since
    return f"{host} fails." if since and now - since >= WORTH_A_LOOK else ""
