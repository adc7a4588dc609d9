"""An act on a person is done whole or not at all, and races end in a sentence."""

import pytest
from procrastinate.exceptions import ConnectorException

from medspa.accounts.emailed_links import LinkKind
from medspa.accounts.people import editing, inviting, leaving
from medspa.accounts.people.editing import PersonEdit
from medspa.accounts.people.inviting import InviteRefused, NewPerson
from medspa.models import User
from tests import factories
from tests.locks import proves, refused
from tests.medspa.people.posting import GOOD

pytestmark = pytest.mark.django_db
BASE = "http://testserver/"
ZOE = NewPerson("Zoe", "", "zoe@example.com", "Manager")
NEW = "new@example.com"
TAKEN = "unique_violation"


@pytest.fixture
def maria() -> User:
    person: User = factories.UserFactory(email="maria@example.com", role="Manager")
    return person


@proves("medspa.accounts.people.inviting.invite atomic 1")
def test_nobody_is_there_whose_invitation_cannot_be_sent(administrator: User) -> None:
    with refused("procrastinate_jobs", raises=ConnectorException):
        inviting.invite(ZOE, administrator, BASE)


@proves("medspa.accounts.people.inviting.invite atomic 2")
def test_of_two_who_invite_one_address_at_once_one_is_told(administrator: User) -> None:
    with refused("medspa_user", raises=InviteRefused, code=TAKEN):
        inviting.invite(ZOE, administrator, BASE)


@proves("medspa.accounts.people.inviting.send_invitation atomic")
def test_the_earlier_invitation_stays_when_the_new_one_cannot_be_sent(
    administrator: User,
) -> None:
    link = factories.EmailedLinkFactory()
    with refused("procrastinate_jobs", raises=ConnectorException):
        inviting.send_invitation(link.person, administrator, BASE)


def test_of_two_who_send_one_link_at_once_one_is_told(administrator: User) -> None:
    link = factories.EmailedLinkFactory()
    with refused("medspa_emailedlink", raises=InviteRefused, code=TAKEN):
        inviting.send_invitation(link.person, administrator, BASE)


@proves("medspa.accounts.models.User.save atomic")
def test_a_password_stays_when_a_pending_email_cannot_be_canceled(maria: User) -> None:
    before = maria.password
    maria.set_password(GOOD)
    with refused("medspa_emailedlink", "UPDATE"):
        maria.save()
    maria.refresh_from_db()
    assert maria.password == before


@proves("medspa.accounts.people.inviting.accept atomic")
def test_a_link_is_not_used_up_by_a_password_that_was_not_saved() -> None:
    link = factories.EmailedLinkFactory()
    with refused("medspa_userhistory"):
        inviting.accept(link, GOOD)


@proves("medspa.accounts.people.editing.edit atomic")
def test_a_form_is_saved_whole_or_not(administrator: User, maria: User) -> None:
    said = PersonEdit({"first_name": "Mary"}, "Front desk", NEW, {})
    with refused("medspa_emailedlink"):
        editing.edit(maria, said, administrator, BASE)


@proves("medspa.accounts.people.editing.change_email atomic")
def test_an_earlier_link_stays_when_the_new_one_cannot_be_sent(maria: User) -> None:
    editing.change_email(maria, "first@example.com", maria, BASE)
    with refused("procrastinate_jobs", raises=ConnectorException):
        editing.change_email(maria, NEW, maria, BASE)


@proves("medspa.accounts.people.editing.confirm_email atomic")
def test_an_email_changes_with_its_notice_or_not_at_all(maria: User) -> None:
    link = factories.EmailChangeFactory(person=maria)
    with refused("procrastinate_jobs", raises=ConnectorException):
        editing.confirm_email(link)


@proves("medspa.accounts.people.editing.set_email atomic")
def test_an_email_that_was_just_taken_is_refused_with_a_sentence(maria: User) -> None:
    link = factories.EmailChangeFactory(person=maria)
    with refused("medspa_user", "UPDATE", raises=InviteRefused, code=TAKEN):
        editing.confirm_email(link)


@proves("medspa.accounts.people.leaving.deactivate atomic")
def test_nobody_is_shut_out_whose_leads_were_not_handed_over(
    administrator: User, maria: User, front_desk: User
) -> None:
    factories.EmailChangeFactory(person=maria)
    factories.LeadFactory(admitted=True, assigned_to=maria)
    with refused("leads_lead", "UPDATE"):
        leaving.deactivate(maria, administrator, front_desk)


@proves("medspa.accounts.people.leaving.hand_over atomic")
def test_all_is_handed_over_or_nothing(maria: User, front_desk: User) -> None:
    factories.LeadFactory(admitted=True, assigned_to=maria)
    factories.TaskFactory(assigned_to=maria)
    with refused("leads_task", "UPDATE"):
        leaving.hand_over(maria, front_desk)


def test_a_link_is_used_by_one_of_two_who_open_it_at_once() -> None:
    link = factories.EmailedLinkFactory()
    inviting.take(link)
    with pytest.raises(inviting.LinkEnded):
        inviting.take(link)
    assert inviting.revoke(link.person, LinkKind.INVITATION) == 0
