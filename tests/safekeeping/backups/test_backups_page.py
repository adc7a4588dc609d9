"""The page of backups, also where they are half set up."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from medspa.models import User
from tests.clinics import ChangeClinic

pytestmark = pytest.mark.django_db


def test_the_page_says_which_setting_is_missing(
    administrator: User, client: Client, settings: Any
) -> None:
    settings.BACKUP_DIR = "/srv/backups"
    settings.BACKUP_RECIPIENTS = ["age1owner", "age1escrow"]
    settings.BACKUP_SIGNING_KEY = "key"
    settings.BACKUP_DATABASE_URL = ""
    settings.IS_DATABASE_EXTERNAL = True
    client.force_login(administrator)
    answer = client.get(reverse("backups"))
    assert answer.status_code == 200
    assert "Name a database role with the REPLICATION attribute" in answer.text


@pytest.mark.parametrize(("country", "night"), [("US", "2:00 AM"), ("GB", "02:00")])
def test_the_night_is_written_as_the_clinic_writes_times(
    administrator: User,
    client: Client,
    settings: Any,
    clinic_is: ChangeClinic,
    country: str,
    night: str,
) -> None:
    settings.BACKUP_DIR = "/srv/backups"
    settings.BACKUP_RECIPIENTS = ["age1owner", "age1escrow"]
    settings.BACKUP_SIGNING_KEY = "key"
    settings.BACKUP_DATABASE_URL = ""
    settings.IS_DATABASE_EXTERNAL = False
    settings.BACKUP_AT = "02:00"
    clinic_is(country=country)
    client.force_login(administrator)
    assert f"Every night at {night}," in client.get(reverse("backups")).text
