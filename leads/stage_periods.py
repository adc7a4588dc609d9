"""Beginning stage periods, of one lead or of many."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError

from leads.models import Lead, LeadStage, PipelineStage
from leads.move_refusals import RETIRED, StageIsRetired
from leads.signals import stage_entered
from medspa.audit.actors import current_actor
from medspa.audit.inserting import insert_rows, insert_values


def open_periods(
    leads: Sequence[Lead],
    stage: PipelineStage,
    at: Mapping[str, datetime],
    lost_reason: str,
    *,
    is_told: bool,
) -> list[LeadStage]:
    person = current_actor().user
    periods = [
        LeadStage(
            lead=lead,
            stage=stage,
            lost_reason=lost_reason,
            changed_by=person,
            changed_at=at[lead.pk],
        )
        for lead in leads
    ]
    with refusing_retired():
        insert_rows(LeadStage, periods)
    if is_told:
        stage_entered.send(sender=LeadStage, stage_periods=periods)
    return periods


def open_untold(
    at: Mapping[str, datetime], stage: PipelineStage, lost_reason: str
) -> None:
    """As `open_periods`, by lead id: without objects, as nobody is told of them."""
    person = current_actor().user
    person_id = person.pk if person else None
    names = ("lead_id", "stage_id", "lost_reason", "changed_by_id", "changed_at")
    with refusing_retired():
        insert_values(
            LeadStage,
            names,
            (
                (lead_id, stage.pk, lost_reason, person_id, moment)
                for lead_id, moment in at.items()
            ),
        )


@contextmanager
def refusing_retired() -> Iterator[None]:
    """Say of a stage that was retired meanwhile that it no longer exists."""
    try:
        yield
    except IntegrityError as error:
        if constraint_of(error) == "leads_leadstage_stage_is_living":
            raise StageIsRetired(RETIRED) from error
        raise


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the database constraint that was violated."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
