"""What a stage asks beside its date, in the forms that move a lead or add one."""

from collections.abc import Mapping

from leads.extension_points import Panel, stage_questions
from leads.models.stage import RecordedKind


def asked_of_consults(lead_id: str, entered: Mapping[str, str]) -> Panel | None:
    """For forms that work without scripts."""
    question = stage_questions.get(RecordedKind.CONSULT_BOOKED)
    return question.fields(lead_id, entered) if question else None
