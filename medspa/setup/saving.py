"""Saving the clinic: its row, its history, and what hangs on the time zone."""

from typing import Any

from django.db import transaction

from medspa.audit.actors import acting
from medspa.jobs.models import JobRun
from medspa.setup.logo import make_logo
from medspa.setup.models import Clinic, the_clinic
from medspa.setup.rebuilding import is_left_off, latest_rebuild, start_rebuild


def save_clinic(clinic: Clinic, zone_before: str, by: Any, after: str) -> JobRun | None:
    """Save; a run that rebuilds the numbers if the zone is another one.

    Also if the latest such run was left off. Both commit together: the caller holds a
    lock on the row.
    """
    clinic.save()
    if clinic.time_zone == zone_before and not is_left_off(latest_rebuild()):
        return None
    return start_rebuild(by, after)


@transaction.atomic
def change_logo(content: bytes | None) -> None:
    """Another logo; None for no logo. Raises LogoRefused."""
    logo = None if content is None else make_logo(content)
    clinic = the_clinic(lock=True)
    clinic.logo = logo
    with acting(reason="" if logo else "Logo removed"):
        clinic.save()
