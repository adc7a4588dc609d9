"""A visitor's form: the page, what is refused in which words, and what is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from connections.door import Context, Projection
from connections.doors.web_form import DOOR, WEB_FORM_SECRET, WebFormSettings
from connections.form_tokens import make_token
from connections.models import Connection, ReceivedDelivery, WebForm, WebFormCount
from connections.models.web_form import EMAIL_WORDING
from connections.watching.forgetting import forget_old
from connections.web_forms import counting
from connections.web_forms.saving import connection_of, save_form
from connections.working_off import work_off
from leads.intake.incoming import IncomingLead
from leads.models import Lead, LeadArrival
from medspa.clinic_time import clinic_zone
from tests.factories import StageFactory, WebFormFactory

pytestmark = pytest.mark.django_db
ENTERED = {"first_name": "Ana", "email": "ana@example.com", "phone": "(212) 555-0123"}


def token_of(form: WebForm, ago: timedelta = timedelta(minutes=1)) -> str:
    secret = connection_of(form).secret_values[WEB_FORM_SECRET]
    return make_token(secret, form.wording_version, datetime.now(UTC) - ago)


def send(form: WebForm, client: Client, **fields: str) -> Any:
    sent = {"token": token_of(form)} | ENTERED | fields
    return client.post(
        reverse("hosted_form", args=[form.pk]),
        urlencode(sent),
        content_type="application/x-www-form-urlencoded",
    )


def stored() -> list[dict[str, Any]]:
    return [delivery.content for delivery in ReceivedDelivery.objects.all()]


def lead_of(form: WebForm, delivery: ReceivedDelivery) -> IncomingLead:
    """What the worker is handed."""
    connection = connection_of(form)
    context = Context(
        "web_form",
        form.pk,
        clinic_zone(),
        datetime.now(UTC),
        WebFormSettings.model_validate(connection.settings_json),
    )
    projection = Projection(delivery.kind, delivery.key, delivery.content)
    (lead,) = DOOR.translate(projection, context)
    assert isinstance(lead, IncomingLead)
    return lead


def test_the_page_works_without_cookies_and_scripts(client: Client) -> None:
    form = WebFormFactory()
    page = client.get(reverse("hosted_form", args=[form.pk]))
    assert page.status_code == 200
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.text
    sent = send(form, client)
    assert sent.status_code == 303
    assert not sent.cookies
    assert form.thank_you in client.get(sent["Location"]).text
    assert [one["email"] for one in stored()] == ["ana@example.com"]


def test_only_the_forms_websites_may_show_it(client: Client) -> None:
    form = WebFormFactory(origins="https://www.example.com\nhttps://example.org")
    page = client.get(reverse("hosted_form", args=[form.pk]))
    policy = page["Content-Security-Policy"]
    assert policy.endswith(
        "frame-ancestors 'self' https://www.example.com https://example.org"
    )
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in page


def test_what_was_sent_twice_is_stored_once(client: Client) -> None:
    form = WebFormFactory()
    token = token_of(form)
    for _ in range(2):
        assert send(form, client, token=token).status_code == 303
    assert len(stored()) == 1


def test_a_page_that_was_corrected_and_sent_again_is_stored_too(client: Client) -> None:
    StageFactory()
    form = WebFormFactory()
    token = token_of(form)
    send(form, client, token=token, phone="", email="ana@example.com")
    send(form, client, token=token, phone="(212) 555-0124", email="ana@example.com")
    send(form, client, token=token, phone="(212) 555-0124", email="ana@example.com")
    first, second = ReceivedDelivery.objects.order_by("received_at")
    for delivery in (first, second):
        work_off(delivery.pk)
    assert Lead.objects.get().phone == "+12125550124"
    key = first.key.partition(".")[0]
    assert second.key.startswith(f"{key}.")


REFUSALS = [
    ({"first_name": "Ana Miller"}, "Enter only the first name: “Ana”."),
    ({"first_name": ""}, "Enter your first name."),
    ({"email": "", "phone": ""}, "Enter an email or phone"),
    ({"email": "ana at home"}, "Enter an email address like name@example.com."),
    ({"phone": "12"}, "Enter a phone number with area code"),
    ({"phone": "", "agree_text": "on"}, "Enter the phone number we can text."),
    ({"procedure": "LOVE"}, "Choose from the list"),
    ({"token": ""}, "This page could not be recognized."),
    ({"token": "1.2.3.4"}, "This page could not be recognized."),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSALS)
def test_what_is_refused_is_said_and_kept_in_the_page(
    fields: dict[str, str], sentence: str, client: Client
) -> None:
    page = send(WebFormFactory(), client, **fields)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Not sent yet." in page.text
    if "email" not in fields:
        assert "ana@example.com" in page.text
    assert not stored()


def test_a_page_that_was_open_too_long_or_filled_in_by_a_program_is_sent_again(
    client: Client,
) -> None:
    form = WebFormFactory()
    for ago, sentence in (
        (timedelta(days=2), "open for more than a day"),
        (timedelta(), "That was very fast."),
    ):
        page = send(form, client, token=token_of(form, ago))
        assert page.status_code == 422
        assert sentence in page.text
    other = WebFormFactory()
    assert send(form, client, token=token_of(other)).status_code == 422
    assert not stored()


def test_who_fills_in_what_nobody_sees_is_thanked_and_forgotten(client: Client) -> None:
    sent = send(WebFormFactory(), client, website="https://spam.example")
    assert sent.status_code == 303
    assert not stored()
    assert not WebFormCount.objects.exists()


def test_one_address_sends_so_many_forms_an_hour_and_is_not_stored(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_AN_HOUR", 2)
    form = WebFormFactory()
    answers = [send(form, client) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "Too many forms" in answers[2].text
    (count,) = WebFormCount.objects.all()
    assert b"127.0.0.1" not in bytes(count.address_hash)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert send(form, elsewhere).status_code == 303


def test_counts_of_yesterday_are_removed() -> None:
    now = datetime.now(UTC)
    counting.count_form("192.0.2.7", now - timedelta(days=2))
    counting.count_form("192.0.2.7", now)
    forget_old()
    assert WebFormCount.objects.count() == 1


def test_a_form_that_is_off_is_closed(client: Client) -> None:
    form = WebFormFactory(is_on=False)
    page = client.get(reverse("hosted_form", args=[form.pk]))
    assert page.status_code == 404
    assert "This form is closed" in page.text
    assert send(form, client).status_code == 404


def test_a_form_whose_connection_is_off_is_closed_and_thanks_nobody(
    client: Client,
) -> None:
    form = WebFormFactory()
    Connection.objects.filter(account=form.pk).update(is_on=False)
    assert send(form, client).status_code == 404


def test_a_visitor_becomes_a_lead_though_the_worker_comes_later(client: Client) -> None:
    StageFactory()
    form = WebFormFactory(title="Glow up")
    send(form, client, agree_text="on")
    assert not Lead.objects.exists()
    delivery = ReceivedDelivery.objects.get()
    work_off(delivery.pk)
    arrival = LeadArrival.objects.get()
    assert arrival.lead.first_name == "Ana"
    assert arrival.lead.source == "website"
    assert (arrival.door, arrival.form) == ("web_form", "glow-up")
    assert arrival.agreed_to == "texts"
    assert arrival.arrived_at == arrival.lead.created_at
    delivery.refresh_from_db()
    assert (delivery.state, delivery.content) == ("done", {})


def test_a_changed_wording_is_a_new_version_and_the_old_one_stays() -> None:
    form = WebFormFactory()
    form.intro = "We call you back."
    save_form(form)
    assert form.wording_version == 1
    form.email_wording = "Email me news."
    save_form(form)
    words = list(form.wordings.values_list("version", "email_wording"))
    assert words == [(1, EMAIL_WORDING), (2, "Email me news.")]


def test_a_visitor_of_an_ad_comes_with_campaign_click_and_consents(
    client: Client,
) -> None:
    form = WebFormFactory(title="Glow up")
    form.text_wording = "Text me. Reply STOP to opt out."
    save_form(form)
    page = client.get(
        reverse("hosted_form", args=[form.pk]),
        {"gclid": "Cj0KCQiA1234567890", "utm_campaign": "Spring", "ref": "x"},
    )
    assert 'name="gclid" value="Cj0KCQiA1234567890"' in page.text
    assert 'name="ref"' not in page.text
    assert "checked" not in page.text
    send(
        form,
        client,
        gclid="Cj0KCQiA1234567890",
        utm_campaign="Spring",
        agree_text="on",
        last_name="Miller",
    )
    delivery = ReceivedDelivery.objects.get()
    assert delivery.dropped == ["last_name"]
    lead = lead_of(form, delivery)
    assert (lead.source, lead.ad_platform) == ("google", "google")
    assert lead.campaign_name == "Spring"
    assert lead.arrival
    assert lead.arrival.model_dump() == {
        "door": "web_form",
        "form": "glow-up",
        "click_kind": "gclid",
        "click_id": "Cj0KCQiA1234567890",
        "agreed_to_email": False,
        "agreed_to_text": True,
        "wording_version": 2,
    }


SOURCES = [
    ({}, "website", ""),
    ({"utm_source": "google", "utm_medium": "organic"}, "organic", ""),
    ({"utm_source": "ig"}, "instagram", "instagram"),
    ({"utm_source": "newsletter"}, "website", ""),
    ({"fbclid": "IwAR0abcdefghijklmnop1"}, "facebook", "facebook"),
    ({"fbclid": "too short"}, "website", ""),
]


@pytest.mark.parametrize(("fields", "source", "platform"), SOURCES)
def test_where_a_visitor_came_from_is_read_from_the_link(
    fields: dict[str, str], source: str, platform: str, client: Client
) -> None:
    form = WebFormFactory()
    send(form, client, **fields)
    lead = lead_of(form, ReceivedDelivery.objects.get())
    assert (lead.source, lead.ad_platform) == (source, platform)


def test_the_script_has_an_address_for_any_website(client: Client) -> None:
    form = WebFormFactory()
    script = client.get(reverse("form_script", args=[form.pk]))
    assert script["Content-Type"] == "text/javascript"
    assert script["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "public" in script["Cache-Control"]
