"""What systems call the states of payments and appointments, and what they mean."""

from collections.abc import Mapping

from medspa.reading.word_keys import key


def _by_key(words: Mapping[str, str]) -> dict[str, str]:
    return {
        key(word): meaning
        for meaning, line in words.items()
        for word in line.split(",")
    }


PAID, REFUNDED, PARTLY, NOTHING = "paid", "refunded", "partly", "nothing"
PAYMENT_WORDS = _by_key(
    {
        PAID: "paid, complete, completed, succeeded, success, successful, captured, "
        "settled, closed, approved, payment, sale, charge, posted, processed, "
        "deposited, paid in full",
        REFUNDED: "refund, refunded, return, returned, chargeback, fully refunded",
        PARTLY: "partially refunded, partial refund, partly refunded",
        NOTHING: "failed, declined, pending, void, voided, canceled, cancelled, "
        "authorized, uncaptured, requires payment method, requires action, open, "
        "unpaid, blocked, incomplete, expired, draft, processing, not paid",
    }
)
BOOKED, CANCELLED, SHOWED, MISSED = "booked", "cancelled", "showed", "no_show"
APPOINTMENT_WORDS = _by_key(
    {
        BOOKED: "booked, confirmed, scheduled, accepted, active, new, unconfirmed, "
        "upcoming, reserved, requested, rescheduled, false, no",
        CANCELLED: "canceled, cancelled, cancelled by customer, declined, "
        "cancelled by client, canceled by client, cancelled by seller, deleted, "
        "late cancel, late cancelled, late cancellation, true, yes",
        SHOWED: "showed, show, completed, complete, arrived, checked in, checked out, "
        "closed, paid, started, in service, service completed, finished, done, "
        "attended",
        MISSED: "no show, missed, did not show, no showed",
    }
)
