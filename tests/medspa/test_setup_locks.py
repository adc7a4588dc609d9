"""Whoever changes the clinic, or becomes the owner, waits for who does so now."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from PIL import Image

from medspa.clinic.current import clinic_scope
from medspa.models import OwnerLink, User
from medspa.roles import ADMINISTRATOR
from medspa.setup.checklist import skip_step
from medspa.setup.models import the_clinic
from medspa.setup.owner import make_owner, make_owner_link
from medspa.setup.saving import change_logo
from tests.factories import UserFactory
from tests.locks import held, proves, refused, waits
from tests.medspa.test_checklist import STEPS
from tests.medspa.test_clinic_page import sent
from tests.medspa.test_first_visit import NEW


@pytest.fixture(scope="module")
def site(committed_once: None) -> Iterator[str]:
    """An empty site, and its token."""
    yield make_owner_link("").partition("token=")[2]


@proves(
    "medspa.setup.models.the_clinic row lock", "medspa.setup.owner.make_owner row lock"
)
@pytest.mark.parametrize(
    ("place", "row", "act"),
    [
        (
            "medspa.setup.models.the_clinic locking medspa_clinic",
            the_clinic,
            lambda token: skip_step("keys"),
        ),
        (
            "medspa.setup.models.the_clinic locking medspa_clinic",
            the_clinic,
            lambda token: change_logo(None),
        ),
        (
            "medspa.setup.owner.make_owner locking auth_group",
            lambda: Group.objects.get(name=ADMINISTRATOR),
            lambda token: make_owner(token, NEW),
        ),
    ],
    ids=["step", "logo", "owner"],
)
def test_an_act_waits_for_who_has_the_row(
    site: str, place: str, row: Callable, act: Callable
) -> None:
    with held(row()):
        assert waits(lambda: act(site)) == place
    assert not User.objects.exists()


def logo() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (3, 2)).save(drawn, "PNG")
    return drawn.getvalue()


@pytest.mark.django_db
@proves("medspa.setup.owner.make_owner atomic")
def test_an_owner_whose_clinic_can_not_be_saved_is_not_made() -> None:
    token = make_owner_link("").partition("token=")[2]
    with refused("medspa_clinic", "UPDATE"):
        make_owner(token, NEW)
    assert OwnerLink.objects.filter(used_at=None).exists()


@pytest.mark.django_db
@proves("medspa.setup.saving.change_logo atomic")
def test_a_logo_that_no_clinic_gets_is_not_stored() -> None:
    with refused("medspa_clinic", "UPDATE"):
        change_logo(logo())


@pytest.mark.django_db
@proves("medspa.setup.checklist.skip_step atomic")
def test_a_step_is_skipped_wholly_or_not_at_all() -> None:
    for key in set(STEPS) - {"keys"}:
        skip_step(key)
    # The last step also ends the list.
    with clinic_scope(), refused("medspa_clinic", "UPDATE", after=1):
        skip_step("keys")


@pytest.mark.django_db
@proves("medspa.setup.views.ClinicPage.post atomic")
def test_another_zone_without_its_job_is_not_saved(client: Client) -> None:
    client.force_login(UserFactory(role=ADMINISTRATOR))
    data = sent(client, time_zone="Asia/Tokyo")
    with refused("medspa_jobrun"):
        client.post("/clinic/", data)
