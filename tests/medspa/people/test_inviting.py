"""Inviting people: the form, the email, the link, and everything that can go wrong."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from commissions.models import Provider
from medspa.accounts.people.inviting import free_username
from medspa.models import EmailedLink, User
from tests.factories import EmailedLinkFactory, ProviderFactory, UserFactory
from tests.medspa.people.posting import (
    GOOD,
    INVITED,
    act,
    invite,
    link_in,
    queued,
    send_queued,
)

pytestmark = pytest.mark.django_db
PASSWORDS = {"new_password1": GOOD, "new_password2": GOOD}


def zoe() -> User:
    return User.objects.get(email="zoe@example.com")


def page_of(link: EmailedLink) -> str:
    return reverse("invitation", args=[link.token])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_is_invited_chooses_a_password_and_is_at_work(office: Client) -> None:
    injector = ProviderFactory()
    page = invite(office, provider=injector.pk).text
    assert "Zoe Invented was invited." in page
    person = zoe()
    assert (person.may_sign_in, person.has_usable_password()) == (False, False)
    assert [group.name for group in person.groups.all()] == ["Manager"]
    assert Provider.objects.get().user == person
    [message] = send_queued()
    assert message.to == ["zoe@example.com"]
    assert message.from_email == '"MedSpa Growth Hub" <no-reply@localhost>' or (
        message.from_email.startswith("MedSpa Growth Hub <")
    )
    assert "administrator invited you" in message.body
    visitor = Client()
    page = visitor.get(link_in(message)).text
    assert "Zoe Invented" in page
    assert "zoe@example.com" in page
    answer = visitor.post(link_in(message), PASSWORDS)
    assert answer.status_code == 302
    assert visitor.get("/leads/board/").status_code == 200
    person = zoe()
    assert person.may_sign_in
    assert person.check_password(GOOD)
    assert person.history.first().history_user == person


def test_an_invitation_works_once(office: Client) -> None:
    invite(office)
    [message] = send_queued()
    Client().post(link_in(message), PASSWORDS)
    second = Client()
    for answer in (
        second.get(link_in(message)),
        second.post(link_in(message), PASSWORDS),
    ):
        assert answer.status_code == 410
        assert "already used" in answer.text
    assert not is_signed_in(second)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"created_at": timezone.now() - timedelta(days=8)}, "has expired"),
        ({"revoked_at": timezone.now()}, "replaced or canceled"),
        ({"used_at": timezone.now()}, "already used"),
    ],
    ids=["expired", "revoked", "used"],
)
def test_a_link_that_has_ended_opens_nothing(
    columns: dict[str, object], sentence: str, client: Client
) -> None:
    link = EmailedLinkFactory(**columns)
    for answer in (client.get(page_of(link)), client.post(page_of(link), PASSWORDS)):
        assert answer.status_code == 410
        assert sentence in answer.text
    assert not is_signed_in(client)
    link.person.refresh_from_db()
    assert not link.person.may_sign_in


def test_a_link_that_we_have_not_made_opens_nothing(client: Client) -> None:
    link = EmailedLinkFactory()
    forged = f"{link.pk}.{link.token.partition('.')[2][::-1]}"
    other_kind = reverse("confirm_email", args=[link.token])
    for address in (reverse("invitation", args=[forged]), other_kind):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "isn&#x27;t complete" in answer.text


def test_sending_again_ends_the_earlier_link(office: Client) -> None:
    invite(office)
    [first] = send_queued()
    assert "A new invitation goes to zoe@example.com" in act(office, "invite", zoe())
    [second] = send_queued()
    assert link_in(first) != link_in(second)
    assert Client().get(link_in(first)).status_code == 410
    assert Client().get(link_in(second)).status_code == 200


def test_a_canceled_invitation_can_be_sent_again(office: Client) -> None:
    invite(office)
    assert "Invitation canceled" in act(office, "cancel_invitation", zoe())
    assert send_queued() == [], "the worker sends no link that was canceled"
    assert "has no open invitation" in act(office, "cancel_invitation", zoe())
    assert "Deactivated" in office.get(reverse("person", args=[zoe().pk])).text
    assert "Send an invitation" in act(office, "reactivate", zoe())
    act(office, "invite", zoe())
    assert len(send_queued()) == 1


def test_who_has_accepted_is_not_invited_again(office: Client) -> None:
    maria = UserFactory(email="maria@example.com")
    assert "has already accepted" in act(office, "invite", maria)
    assert queued() == []


@pytest.mark.parametrize("email", ["maria@example.com", "MARIA@example.com"])
def test_an_email_that_somebody_has_is_refused_with_their_name(
    email: str, office: Client
) -> None:
    maria = UserFactory(email="Maria@example.com", first_name="Maria", is_active=False)
    answer = invite(office, email=email)
    assert answer.status_code == 422
    assert "Maria already has this email." in answer.text
    assert reverse("person", args=[maria.pk]) in answer.text
    assert queued() == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", " ", "Enter a first name."),
        ("email", "", "Enter an email."),
        ("email", "zoe", "Enter an email address like name@example.com."),
        ("role", "", "Choose a role."),
        ("role", "Owner", "Choose from the list"),
        ("provider", "c0", "Another person signs in as this provider."),
    ],
)
def test_a_form_that_is_not_good_invites_nobody(
    field: str, value: str, sentence: str, office: Client
) -> None:
    answer = invite(office, **{field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not User.objects.filter(first_name="Zoe").exists()


def test_a_password_that_is_not_good_accepts_nothing(client: Client) -> None:
    link = EmailedLinkFactory()
    for first, second in (("short", "short"), (GOOD, "otter lamp violins")):
        data = {"new_password1": first, "new_password2": second}
        assert client.post(page_of(link), data).status_code == 422
    link.refresh_from_db()
    assert link.is_usable


def test_a_link_is_shown_only_where_email_is_not_set_up(
    office: Client, settings: Settings
) -> None:
    invite(office)
    page, form = reverse("person", args=[zoe().pk]), reverse("person_add")
    assert "share this link yourself" in office.get(page).text
    assert "Create invitation" in office.get(form).text
    settings.EMAIL_URL = "smtp://mail.example.com"
    text = office.get(page).text
    assert "/invitation/" not in text
    assert "Send invitation" in office.get(form).text
    assert "Invitation not sent yet: no background worker is running." in " ".join(
        text.split()
    )


def test_accepting_signs_out_who_else_is_signed_in(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    link = EmailedLinkFactory()
    assert f"signed in as {front_desk}" in client.get(page_of(link)).text
    client.post(page_of(link), PASSWORDS)
    assert client.session["_auth_user_id"] == link.person_id


def test_usernames_come_from_emails_and_are_given_once() -> None:
    assert free_username("Zoe.Lopez+crm@example.com") == "zoe.lopezcrm"
    UserFactory(username="Zoe")
    UserFactory(username="zoe2")
    assert free_username("zoe@example.com") == "zoe3"
    assert free_username("élan@example.com") == "lan"
    assert free_username("é@example.com") == "person"
    assert len(free_username("x" * 64 + "@example.com")) == 30


def test_a_forgotten_field_keeps_what_was_entered(office: Client) -> None:
    page = office.post(reverse("person_add"), INVITED | {"role": ""}).text
    assert 'value="zoe@example.com"' in page
