"""Another email: a link to the new address, and a notice to the old one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from medspa.models import User
from tests.factories import UserFactory
from tests.medspa.people.posting import GOOD, act, edited, link_in, send_queued

pytestmark = pytest.mark.django_db
NEW = "new@example.com"


@pytest.fixture
def maria() -> User:
    person: User = UserFactory(
        username="maria", email="old@example.com", role="Manager"
    )
    person.set_password(GOOD)
    person.save()
    return person


def change(office: Client, person: User, **changes: str) -> str:
    address = reverse("person", args=[person.pk])
    return office.post(address, edited(person, **changes), follow=True).text


def sent_to(email: str) -> Any:
    """The one email of those in the queue that goes there."""
    [message] = [message for message in send_queued() if message.to == [email]]
    return message


def email_of(person: User) -> str:
    return str(User.objects.get(pk=person.pk).email)


def test_a_new_email_counts_once_its_link_was_opened(
    office: Client, maria: User
) -> None:
    assert f"{NEW} is used once it is confirmed." in change(office, maria, email=NEW)
    assert email_of(maria) == "old@example.com"
    message = sent_to(NEW)
    visitor = Client()
    assert NEW in visitor.get(link_in(message)).text
    assert email_of(maria) == "old@example.com", "a mail program that opens links"
    visitor.post(link_in(message))
    assert email_of(maria) == NEW
    [notice] = send_queued()
    assert notice.to == ["old@example.com"]
    assert NEW not in notice.body
    assert visitor.post(link_in(message)).status_code == 410
    assert maria.history.first().history_user == maria


def test_a_link_to_an_earlier_new_email_no_longer_works(
    office: Client, maria: User
) -> None:
    change(office, maria, email="first@example.com")
    first = sent_to("first@example.com")
    change(office, maria, email=NEW)
    assert Client().post(link_in(first)).status_code == 410
    second = sent_to(NEW)
    act(office, "cancel_email", maria)
    assert Client().post(link_in(second)).status_code == 410
    assert email_of(maria) == "old@example.com"


def test_an_email_that_somebody_got_meanwhile_is_refused_at_the_link(
    office: Client, maria: User
) -> None:
    change(office, maria, email=NEW)
    message = sent_to(NEW)
    UserFactory(email="NEW@example.com", first_name="Paul")
    answer = Client().post(link_in(message))
    assert answer.status_code == 410
    assert "Paul already has this email." in answer.text
    assert email_of(maria) == "old@example.com"


def test_an_email_of_somebody_else_is_refused_in_the_form(
    office: Client, maria: User
) -> None:
    UserFactory(email=NEW, first_name="Paul")
    page = change(office, maria, email="New@example.com", first_name="Mary")
    assert "Paul already has this email." in page
    maria.refresh_from_db()
    assert maria.first_name != "Mary", "all of the form or nothing"


def test_the_same_email_in_other_cases_changes_nothing(
    office: Client, maria: User
) -> None:
    assert "Saved." in change(office, maria, email="OLD@example.com")
    assert send_queued() == []


def test_who_has_not_accepted_gets_the_invitation_at_the_new_address(
    office: Client,
) -> None:
    person = UserFactory(email="typo@example.com", is_active=False, is_staff=False)
    person.set_unusable_password()
    person.save()
    page = change(office, person, email=NEW)
    assert f"The invitation now goes to {NEW}." in page
    assert email_of(person) == NEW
    [message] = send_queued()
    assert message.to == [NEW]


def test_people_change_their_own_email_with_their_password(maria: User) -> None:
    client = Client()
    client.force_login(maria)
    page = client.post(reverse("account"), {"email": NEW, "password": "wrong"})
    assert "isn&#x27;t your current password" in page.text
    assert send_queued() == []
    page = client.post(
        reverse("account"), {"email": NEW, "password": GOOD}, follow=True
    )
    assert f"Open the link that went to {NEW}" in page.text
    message = sent_to(NEW)
    client.post(link_in(message))
    assert email_of(maria) == NEW


def test_nobody_finds_out_by_their_own_page_whose_an_email_is(maria: User) -> None:
    UserFactory(email=NEW, first_name="Paul")
    client = Client()
    client.force_login(maria)
    page = client.post(reverse("account"), {"email": NEW, "password": GOOD}).text
    assert "Someone else already has this email." in page
    assert "Paul" not in page


def test_who_opens_the_link_of_somebody_else_is_told_whose_it_was(
    office: Client, maria: User
) -> None:
    change(office, maria, email=NEW)
    message = sent_to(NEW)
    told = office.post(link_in(message), follow=True).text
    assert f"{maria.get_full_name()} can now sign in with {NEW}." in told


# Somebody else has the password and asked for the link ------------------------------


def changes_password(client: Client, maria: User) -> None:
    new = "violin lamp otter"
    said = {"old_password": GOOD, "new_password1": new, "new_password2": new}
    client.post(reverse("change_password"), said)


def resets_password(client: Client, maria: User) -> None:
    new = "violin lamp otter"
    Client().post(reverse("forgot_password"), {"email": maria.email})
    address = link_in(sent_to(maria.email))
    Client().post(address, {"new_password1": new, "new_password2": new})


def is_given_a_password(client: Client, maria: User) -> None:
    maria.set_password("violin lamp otter")
    maria.save()


def signs_out_elsewhere(client: Client, maria: User) -> None:
    client.post(reverse("sign_out_others"))


@pytest.mark.parametrize(
    "act_of_maria",
    [
        changes_password,
        resets_password,
        is_given_a_password,
        signs_out_elsewhere,
    ],
)
def test_a_new_password_and_signing_out_everywhere_end_the_link(
    maria: User, act_of_maria: Callable[[Client, User], None]
) -> None:
    stranger, client = Client(), Client()
    stranger.force_login(maria)
    stranger.post(reverse("account"), {"email": NEW, "password": GOOD})
    message = sent_to(NEW)
    client.force_login(maria)
    act_of_maria(client, maria)
    assert Client().post(link_in(message)).status_code == 410
    assert email_of(maria) == "old@example.com"


def test_an_administrator_who_signs_somebody_out_everywhere_ends_the_link(
    office: Client, maria: User
) -> None:
    change(office, maria, email=NEW)
    message = sent_to(NEW)
    act(office, "sign_out", maria)
    assert Client().post(link_in(message)).status_code == 410


def test_signing_in_leaves_the_link(office: Client, maria: User) -> None:
    change(office, maria, email=NEW)
    message = sent_to(NEW)
    said = {"username": "maria", "password": GOOD}
    assert Client().post("/admin/login/", said).status_code == 302
    assert Client().post(link_in(message)).status_code == 302


def test_the_old_address_is_told_when_the_change_is_asked_for(
    office: Client, maria: User
) -> None:
    change(office, maria, email=NEW)
    notice = sent_to("old@example.com")
    assert "Your email is about to change" in notice.subject
    assert "change your password" in notice.body
    assert NEW not in notice.body
