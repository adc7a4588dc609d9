"""What is checked in a restored database; runs with that database as Django's own."""

import random
from collections.abc import Iterator
from typing import Any

from kpis import verify
from kpis.rollups import rebuild_rollups, refresh_rollups
from kpis.rollups.refresh import are_built
from leads.services.summaries import wrong_summaries
from leads.services.totals import check_stage_totals
from medspa.clinic_time import clinic_zone
from medspa.encryption.rotation import encrypted_models
from medspa.encryption.verifying import findings_in
from safekeeping.extension_points import Check, restored_checks

SAMPLE = 500


def every_check() -> Iterator[Check]:
    for check in (_totals, _summaries, _kpis, _encryption, *restored_checks):
        yield check()


def _totals() -> Check:
    stages = check_stage_totals()
    wrong = [stage.stage_name for stage in stages if not stage.agrees]
    words = f"{len(stages)} stages"
    return Check("Totals of stages", not wrong, ", ".join(wrong) or words)


def _summaries() -> Check:
    wrong = len(wrong_summaries())
    return Check("Summaries of leads", not wrong, f"{wrong} are wrong")


def _kpis() -> Check:
    """The sums are brought up to date first, as the worker does every few minutes."""
    zone = clinic_zone().key
    if are_built(zone):
        refresh_rollups(zone)
    else:
        rebuild_rollups(zone)
    checked = list(verify.check_stored())
    wrong = [one.period.label for one in checked if one.wrong]
    return Check("KPI sums", not wrong, ", ".join(wrong) or f"{len(checked)} ranges")


def _encryption() -> Check:
    """A page of rows of each table, beginning anywhere, is decrypted."""
    rows = wrong = 0
    for model in encrypted_models():
        found, read = findings_in(model, _any_row(model), SAMPLE)
        rows, wrong = rows + read, wrong + len(found)
    return Check(
        "Encrypted values",
        not wrong,
        f"{wrong} of {rows} rows don't open" if wrong else f"{rows} rows open",
    )


def _any_row(model: Any) -> Any:
    keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
    count = max(keys.count() - SAMPLE, 0)
    place = random.randrange(count + 1)  # noqa: S311
    return keys[place - 1] if place else None
