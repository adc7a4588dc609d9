"""What people are told by email about signing in."""

from medspa.accounts.models import User
from medspa.emails.sending import queue_notice


def tell(person: User, subject: str, *sentences: str) -> None:
    """Have the person told, if they have an email, in the caller's transaction."""
    if person.email:
        queue_notice(
            "sign_in_notice", person, person.email, subject, sentences=list(sentences)
        )
