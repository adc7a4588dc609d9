"""An error of the database about a row, as a sentence without the row's values."""

from psycopg import errors

from leads.models import Activity, Lead, LeadStage, LeadTag, Opportunity

CONSTRAINT_SENTENCES = {
    constraint.name: str(constraint.violation_error_message)
    for model in (Lead, LeadStage, LeadTag, Activity, Opportunity)
    for constraint in model._meta.constraints
}
# Somebody else has the row; the same may work a moment later.
CONTENTION = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.QueryCanceled,
)
UNKNOWN_ERROR = "The database didn't accept this row."


def sentence_for(error: Exception) -> str:
    """The sentence of the constraint that `error` names."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if "external_id" in name and name not in CONSTRAINT_SENTENCES:
        return "Another lead already has this contact ID."
    return CONSTRAINT_SENTENCES.get(name, UNKNOWN_ERROR)


def is_contention(error: Exception) -> bool:
    return isinstance(error.__cause__, CONTENTION)
