"""An error of the database about a row, as a sentence without the row's values."""

from psycopg import errors

from medspa.postgres.violations import constraint_of, sentence_of_violation

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
    if sentence := sentence_of_violation(error):
        return sentence
    if "external_id" in (constraint_of(error) or ""):
        return "Another lead already has this contact ID."
    return UNKNOWN_ERROR


def is_contention(error: Exception) -> bool:
    return isinstance(error.__cause__, CONTENTION)
