"""How a refusal becomes an answer: a sentence on the next page.

The board's script gets JSON instead: see `leads.views.board_responses`.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from medspa.refusals import Refused

# A validation error is the refusal of a model.
REFUSALS = (Refused, ValidationError)


def refuse(
    request: HttpRequest, refusal: Refused | ValidationError | str, back: str
) -> HttpResponse:
    """Show the refusal on the page at `back`, an address or the name of one."""
    messages.error(request, sentence_of(refusal))
    return redirect(back)


def sentence_of(refusal: Refused | ValidationError | str) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal)
