"""Fills an empty installation with the sample clinic, completely or not at all."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import time
from itertools import chain
from typing import cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction

from campaigns.models import Campaign
from commissions.models import Provider
from kpis.rollups import rebuild_rollups
from leads.models import Lead, PipelineStage, Tag
from leads.services.summaries import summarize_all_leads
from leads.services.totals import rebuild_stage_totals
from medspa.clinic.settings import WEEKDAYS
from medspa.clinic_time import clinic_zone
from medspa.demo.sample.advertising import advertise, months_of
from medspa.demo.sample.clinic import SampleRefused, open_clinic
from medspa.demo.sample.distributions import (
    Distributions,
    SampleOpeningHours,
    distributions,
)
from medspa.demo.sample.loading import analyze, bare_tables, copy, write_history
from medspa.demo.sample.people import ContactKeys
from medspa.demo.sample.plan import (
    Chunk,
    Request,
    World,
    calendar,
    chunks,
    fresh_leads,
    leads_by_day,
)
from medspa.demo.sample.rows import CopyRows
from medspa.demo.sample.workers import generate_chunks
from medspa.encryption.ciphers import decode_key
from medspa.encryption.fields import BlindIndexField, EncryptedField, index_keys
from medspa.setup.checklist import end_checklist
from medspa.setup.models import the_clinic

MUST_BE_EMPTY: Sequence[type[models.Model]] = (Lead, Campaign, Provider)


def seed(request: Request, progress: Callable[[int], object]) -> dict[str, int]:
    """Make the clinic in one transaction; returns table → rows.

    `progress` is called with the number of leads that were just loaded. Raises
    SampleRefused when there is data already, and WorkerGone.
    """
    refuse_if_in_use()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A second run waits here and then finds the first one's rows.
            cursor.execute("LOCK TABLE leads_lead IN ACCESS EXCLUSIVE MODE")
        refuse_if_in_use()
        _load_fixtures()
        _open_on_weekdays(distributions().delays.opening_hours)
        made = _load(request, progress)
        rebuild_stage_totals()
        analyze()
        summarize_all_leads()
        rebuild_rollups(clinic_zone().key)
        end_checklist()
    return made


def refuse_if_in_use() -> None:
    for model in MUST_BE_EMPTY:
        if model._base_manager.exists():
            raise SampleRefused(
                f"There are {model._meta.verbose_name_plural} here already: the sample "
                "clinic is only made in an empty installation."
            )


def _load_fixtures() -> None:
    for model, fixture in ((PipelineStage, "pipeline_stages"), (Tag, "tags")):
        if not model._base_manager.exists():
            call_command("loaddata", fixture, verbosity=0)


def _open_on_weekdays(opening: SampleOpeningHours) -> None:
    """The hours in which the sample works, unless the clinic has its own already."""
    clinic = the_clinic(lock=True)
    if clinic.opening_hours:
        return
    hours = {name: opening.on(day) for day, name in enumerate(WEEKDAYS)}
    clinic.opening_hours = {
        name: {"opens": str(time(pair[0])), "closes": str(time(pair[1]))}
        for name, pair in hours.items()
        if pair
    }
    clinic.save()


def _load(request: Request, progress: Callable[[int], object]) -> dict[str, int]:
    known = distributions()
    rows = CopyRows()
    world, portions = prepare(request, known, rows)
    made: Counter[str] = Counter()
    with bare_tables():
        for lines in chain([rows.as_copy_text()], generate_chunks(world, portions)):
            copy(lines)
            made.update({table: count for table, (count, _) in lines.items()})
            progress(lines.get("leads_lead", (0, b""))[0])
        write_history()
    return dict(made)


def prepare(
    request: Request, known: Distributions, rows: CopyRows
) -> tuple[World, list[Chunk]]:
    """Write what exists before the first lead, and plan the leads."""
    days = calendar(request, known)
    by_day = leads_by_day(request, known, days)
    rng = request.rng
    today = days.index(int(request.now.timestamp()))
    campaigns = advertise(rows, rng, known, days, months_of(days, by_day, today))
    clinic = open_clinic(rows, rng, days.midnights[0], days.date_texts[0], campaigns)
    world = World(request, known, days, clinic, _contact_keys())
    return world, list(chunks(by_day, fresh_leads(request.leads)))


def _contact_keys() -> ContactKeys:
    email, phone = (_encrypted(name).associated_data for name in ("email", "phone"))
    return ContactKeys(
        field_keys=tuple(settings.FIELD_ENCRYPTION_KEYS),
        index_key=decode_key(index_keys()[0]),
        email=email,
        email_index=_index("email_index").indexed_column,
        phone=phone,
        phone_index=_index("phone_index").indexed_column,
        last_four_index=_index("phone_last4_index").indexed_column,
    )


def _encrypted(name: str) -> EncryptedField:
    return cast(EncryptedField, Lead._meta.get_field(name))


def _index(name: str) -> BlindIndexField:
    return cast(BlindIndexField, Lead._meta.get_field(name))
