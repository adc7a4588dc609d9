"""Why a delivery is not taken, or can't be worked off."""

from medspa.refusals import Refused

# What a view answers to a delivery that is not taken.
STATUS_OF_CODE = {
    "not_signed": 401,
    "bad_signature": 401,
    "too_old": 401,
    "unreadable": 400,
    "too_deep": 400,
    "too_large": 413,
    "failed": 500,
}


class DeliveryRefused(Refused):
    """The delivery is not taken; nothing of it is stored. `code` is a key above."""

    code = "unreadable"


class NotSigned(DeliveryRefused):
    code = "not_signed"


class BadSignature(DeliveryRefused):
    code = "bad_signature"


class TooOld(DeliveryRefused):
    code = "too_old"


class UnreadableDelivery(DeliveryRefused):
    code = "unreadable"


class ReadingFailed(DeliveryRefused):
    """A fault of ours; the other system sends it again later."""

    code = "failed"


class Parked(Refused):
    """It can't be worked off now and waits for a person, who reads the sentence.

    The sentence holds no value of the delivery.
    """

    code = "parked"


class RetryLater(Exception):
    """The other system does not answer now; the worker tries again later."""
