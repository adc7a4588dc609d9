"""How a refusal becomes an answer: a sentence on the next page.

The board's script gets JSON instead: see `leads.views.board_responses`.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from medspa.refusals import Refused
from medspa.web.refusals import redirect_refused

# A validation error is the refusal of a model.
REFUSALS = (Refused, ValidationError)


def refuse(
    request: HttpRequest, refusal: Refused | ValidationError | str, back: str
) -> HttpResponse:
    """Show the refusal on the page at `back`, an address or the name of one."""
    if isinstance(refusal, str):
        refusal = Refused(refusal)
    return redirect_refused(request, refusal, back)
