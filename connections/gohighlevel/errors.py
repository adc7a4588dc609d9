"""What can go wrong with a request to GoHighLevel. No sentence holds a value of it."""

from medspa.refusals import Refused


class GoHighLevelError(Refused):
    """A request to GoHighLevel that gave no answer to work with."""

    code = "gohighlevel_failed"


class NotThere(GoHighLevelError):
    """404: there is no such object, or no longer."""

    code = "not_there"


class TokenRefused(GoHighLevelError):
    """401 or 403: the token was revoked, has expired or lacks a scope."""

    code = "token_refused"


class RequestRefused(GoHighLevelError):
    """400 or 422: asking the same again gets the same answer."""

    code = "request_refused"


class Unavailable(GoHighLevelError):
    """GoHighLevel can't be reached or fails; the same may work later."""

    code = "unavailable"


class OutOfRequests(Unavailable):
    """The requests of this day are used up, but for those kept for webhooks."""

    code = "out_of_requests"


class BreakerOpen(Unavailable):
    """Too many requests in a row failed; nothing is asked until a while has passed."""

    code = "breaker_open"
