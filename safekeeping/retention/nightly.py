"""The nightly removal: once a night, in short transactions, made up for once.

Each chunk writes its counts into the night's row in the same transaction, so a night
that was interrupted goes on and its certificate adds up.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db import transaction

from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.events import record_event
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_today
from safekeeping.certificates.models import Certificate, CertificateKind
from safekeeping.certificates.signing import issue
from safekeeping.erasure import kinds
from safekeeping.erasure.holds import held_leads, holds_all_leads
from safekeeping.retention.due import DueCursor
from safekeeping.retention.models import RetentionNight
from safekeeping.retention.policy import RULES, RetentionRule

RETENTION_ACTOR = "retention"
Tell = Callable[[str, int], object]


def begin_night(today: date | None = None) -> RetentionNight | None:
    """The row of tonight, with the nights missed before it; None when it is done."""
    day = today or clinic_today()
    last = RetentionNight.objects.filter(night__lt=day).first()
    missed = (day - last.night).days - 1 if last else 0
    night, _ = RetentionNight.objects.get_or_create(
        night=day, defaults={"missed": missed}
    )
    return None if night.finished_at else night


def run_night(
    today: date | None = None, tell: Tell = lambda label, rows: None
) -> RetentionNight:
    """Remove everything that is over today; the finished night.

    A second call on the same day removes nothing and returns the same night. Of two at
    once each chunk is one's: they wait for each other at the night's row.
    """
    day = today or clinic_today()
    with acting(RETENTION_ACTOR):
        night = begin_night(day)
        if night is None:
            return RetentionNight.objects.get(night=day)
        for rule in RULES:
            for rows in _carry_out(rule, night):
                tell(rule.label, rows)
        return _finish(night)


def _carry_out(rule: RetentionRule, night: RetentionNight) -> Iterator[int]:
    """Chunk by chunk behind a cursor: what is in use now is left for tomorrow."""
    # What this night itself writes into the audit log is never over, whatever the day.
    cutoff = min(rule.cutoff(night.night), night.started_at)
    after: DueCursor | None = None
    while True:
        counts: dict[str, int] = {}
        with transaction.atomic():
            night = _locked(night)
            # Read for each chunk: a hold that was just placed counts.
            if rule.is_of_leads and holds_all_leads():
                return
            held = held_leads() if rule.is_of_leads else []
            ids, after = rule.due.chunk(cutoff, held, rule.at_once, after)
            if ids:
                counts = rule.remove(ids, cutoff, held)
                _count(night, counts)
        if ids:
            yield sum(counts.values())
        if after is None:
            return


def _count(night: RetentionNight, counts: dict[str, int]) -> None:
    for label, rows in counts.items():
        if rows:
            night.counts_json[label] = night.counts_json.get(label, 0) + rows
    night.save(update_fields=["counts_json"])


def _locked(night: RetentionNight) -> RetentionNight:
    return RetentionNight.objects.select_for_update().get(pk=night.pk)


@transaction.atomic
def _finish(night: RetentionNight) -> RetentionNight:
    night = _locked(night)
    if night.finished_at:
        return night
    night.finished_at = clock.now()
    night.save(update_fields=["finished_at"])
    if night.counts_json:
        certify(night)
        record_event(kinds.RETENTION_RUN, details=kinds.Rows(rows=night.total))
    return night


def certify(night: RetentionNight) -> Certificate:
    """The certificate of what a night removed, and by which policy."""
    return issue(
        CertificateKind.RETENTION,
        {
            "clinic": current_clinic().name,
            "night": night.night.isoformat(),
            "finished_at": clock.now().isoformat(timespec="seconds"),
            "missed_nights": night.missed,
            "counts": night.counts_json,
            "policy": {rule.key: rule.kept_years for rule in RULES},
        },
    )


def last_night() -> RetentionNight | None:
    return RetentionNight.objects.exclude(finished_at=None).first()


def is_late(today: date | None = None) -> bool:
    """Whether the last finished night is older than yesterday."""
    last = last_night()
    day = today or clinic_today()
    return last is not None and last.night < day - timedelta(days=1)
