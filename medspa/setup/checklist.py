"""What there is to set up in a new clinic, and how far it is.

Apps add their steps (`setup_steps` in `medspa/extension_points.py`). A step is over
when its work is done or somebody has skipped it; when all are, the list is gone.
"""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from medspa import clock
from medspa.accounts.models import User
from medspa.clinic.current import current_clinic, forget_clinic
from medspa.extension_points import setup_steps
from medspa.refusals import Refused
from medspa.setup.models import Clinic, the_clinic


@dataclass(frozen=True)
class SetupStep:
    """One thing to do, in its `place` among the others.

    `confirm` is the button of a step that only a person can know to be done; it is
    empty where the data tells.
    """

    place: int
    key: str
    title: str
    words: str
    link: str
    link_label: str
    is_done: bool = False
    confirm: str = ""


def open_steps() -> list[SetupStep]:
    """In their order; none once all of them were over."""
    if current_clinic().is_set_up:
        return []
    skipped = the_clinic().skipped_steps
    steps = sorted((read() for read in setup_steps), key=lambda step: step.place)
    return [step for step in steps if not step.is_done and step.key not in skipped]


@transaction.atomic
def skip_step(key: str) -> None:
    """Leave a step out, or note that it is done. Raises Refused for unknown steps."""
    if key not in {read().key for read in setup_steps}:
        raise Refused("This step doesn't exist.", "unknown_step")
    clinic = the_clinic(lock=True)
    if key not in clinic.skipped_steps:
        clinic.skipped_steps = [*clinic.skipped_steps, key]
        clinic.save(update_fields=["skipped_steps"])
    end_if_over()


def end_if_over() -> bool:
    """Note that everything is set up, if so; then nobody looks again."""
    if open_steps():
        return False
    end_checklist()
    return True


def end_checklist() -> None:
    """Also for a sample clinic, which begins with everything."""
    Clinic.objects.filter(set_up_at=None).update(set_up_at=clock.now())
    forget_clinic()


@setup_steps.extend
def clinic_step() -> SetupStep:
    return SetupStep(
        1,
        "clinic",
        "Complete your clinic's details",
        "Opening hours, holidays, logo, currency.",
        reverse("clinic"),
        "Open settings",
        is_done=bool(current_clinic().opening_hours),
    )


@setup_steps.extend
def people_step() -> SetupStep:
    return SetupStep(
        2,
        "people",
        "Add your team",
        "Each person has a sign-in of their own and sees what their role allows.",
        reverse("person_add"),
        "Add people",
        is_done=User.objects.all()[1:2].exists(),
    )


@setup_steps.extend
def keys_step() -> SetupStep:
    return SetupStep(
        9,
        "keys",
        "Back up the encryption keys",
        "Emails and phone numbers can't be read without them. They are in this "
        "server's settings (FIELD_ENCRYPTION_KEYS and BLIND_INDEX_KEY): keep a copy in "
        "a safe place, apart from the database's backups.",
        reverse("health"),
        "Check the keys",
        confirm="They are backed up",
    )
