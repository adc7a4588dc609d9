"""The legal notice speaks of the law of the clinic's country."""

import pytest
from django.test import Client
from django.urls import reverse

from medspa.models import User
from tests.clinics import ChangeClinic
from tests.commissions.clinic import TEN_PERCENT, agree, hire
from tests.page_text import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("country", "is_american"), [("US", True), ("GB", False)])
def test_only_a_us_clinic_reads_about_states(
    clinic_is: ChangeClinic,
    administrator: User,
    client: Client,
    country: str,
    is_american: bool,
) -> None:
    clinic_is(country=country)
    agree(hire("Ana RN"), TEN_PERCENT)
    client.force_login(administrator)
    page = text_of(client.get(reverse("commission_rules")))
    assert ("fee-splitting in many states" in page) == is_american
    assert ("in many states that is fee-splitting" in page) == is_american
    assert ("ask a lawyer in your country" in page) != is_american
