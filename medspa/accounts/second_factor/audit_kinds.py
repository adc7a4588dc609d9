"""What the audit log says about signing in."""

from typing import Any

from medspa.accounts.models import User
from medspa.audit.events import audit_kind, record_event
from medspa.json_columns import Schema


class SignInDetails(Schema):
    """`second_step` is "" for the password alone."""

    second_step: str


class StepDetails(Schema):
    step: str


class CodesDetails(Schema):
    left: int


class SessionsDetails(Schema):
    sessions: int


SIGNED_IN = audit_kind(
    "signed_in", "Signed in", "signed in with a password", SignInDetails
)
SIGNED_IN_TWICE = audit_kind(
    "signed_in_two_steps",
    "Signed in with a second step",
    "signed in with a second step: {second_step}",
    SignInDetails,
)
STEP_ADDED = audit_kind(
    "second_step_added",
    "Two-step sign-in: step added",
    "added a second step: {step}",
    StepDetails,
)
STEP_REMOVED = audit_kind(
    "second_step_removed",
    "Two-step sign-in: step removed",
    "removed a second step: {step}",
    StepDetails,
)
STEP_RENAMED = audit_kind(
    "second_step_renamed",
    "Two-step sign-in: step renamed",
    "renamed a second step: {step}",
    StepDetails,
)
STEPS_RESET = audit_kind(
    "second_steps_reset", "Two-step sign-in reset", "reset two-step sign-in of a person"
)
CODES_MADE = audit_kind(
    "recovery_codes_made", "Recovery codes created", "made new recovery codes"
)
CODE_USED = audit_kind(
    "recovery_code_used",
    "Recovery code used",
    "used a recovery code, {left} left",
    CodesDetails,
)
SESSIONS_ENDED = audit_kind(
    "sessions_ended",
    "Signed out everywhere else",
    "ended {sessions:session|sessions}",
    SessionsDetails,
)


def record_sign_in(request: Any, user: User, **kwargs: Any) -> None:
    """For Django's signal that somebody has signed in."""
    second_step: str = getattr(request, "second_step", "")
    kind = SIGNED_IN_TWICE if second_step else SIGNED_IN
    record_event(
        kind, by=user, subject=user, details=SignInDetails(second_step=second_step)
    )
