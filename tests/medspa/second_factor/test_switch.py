"""Two-step sign-in is required from the first day of a real site, and of no trial."""

import runpy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from medspa.models import Clinic, User
from tests.medspa.test_production_start import PRODUCTION

SWITCH = "FIRST_CLINIC_REQUIRES_SECOND_STEP"
MIGRATION = import_module("medspa.migrations.0027_two_steps_can_be_required")


@pytest.mark.parametrize(("debug", "is_required"), [("off", True), ("on", False)])
def test_a_real_site_begins_with_the_switch_on_and_a_trial_with_it_off(
    debug: str, is_required: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changes = {"DEBUG": debug, "VAR_DIR": str(tmp_path)}
    for name, value in (PRODUCTION | changes).items():
        monkeypatch.setenv(name, value)
    read: dict[str, Any] = runpy.run_path(
        str(settings.BASE_DIR / "medspa" / "settings.py")
    )
    assert read[SWITCH] is is_required


@pytest.mark.parametrize("is_required", [True, False])
def test_a_new_clinic_leads_its_first_manager_to_it_or_not(
    is_required: bool, client: Client, manager: User, settings: Settings
) -> None:
    rows = Clinic.history.count()
    settings.FIRST_CLINIC_REQUIRES_SECOND_STEP = is_required
    MIGRATION.require(apps, None)
    assert Clinic.objects.get().requires_second_step is is_required
    assert Clinic.history.count() == rows + is_required, "the history says so"
    client.force_login(manager)
    answer = client.get("/leads/")
    assert answer.status_code == (302 if is_required else 200)
    if is_required:
        assert answer["Location"] == "/account/two-step/set-up/"
