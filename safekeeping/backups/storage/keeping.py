"""How long backups are kept, by a rule that people can read.

`7 days, 5 weeks, 12 months`: every backup of the last 7 days, for 5 weeks the first
full one of each week, for 12 months the first full one of each month; of exports the
same. What a kept backup stands on is kept too, and so is the log of the days.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safekeeping.backups.storage.config import BackupConfig, BackupRefused
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import (
    FULL,
    INCREMENTAL,
    Manifest,
    chain_of,
    read_all,
)
from safekeeping.backups.storage.signing import public_key
from safekeeping.backups.storage.wal import Segment, segments_in

PERIOD_PART = re.compile(r"(\d{1,4}) (days?|weeks?|months?)")


@dataclass(frozen=True)
class KeepRule:
    days: int = 0
    weeks: int = 0
    months: int = 0

    @classmethod
    def read(cls, text: str) -> "KeepRule":
        """The rule in words; BackupRefused unless it is one."""
        found: dict[str, int] = {}
        for part in text.split(","):
            match = PERIOD_PART.fullmatch(part.strip())
            if not match:
                raise BackupRefused(
                    f"BACKUP_KEEP can't be read at {part.strip()!r}: write it like "
                    "7 days, 5 weeks, 12 months."
                )
            found[match[2].rstrip("s") + "s"] = int(match[1])
        if not found.get("days"):
            raise BackupRefused("BACKUP_KEEP must keep the backups of at least 1 day.")
        return cls(**found)


def kept(backups: Iterable[Manifest], rule: KeepRule, now: datetime) -> set[str]:
    """The labels of the backups that the rule keeps; the newest always stays."""
    ordered = sorted(backups, key=lambda made: made.finished_at)
    known = {made.label: made for made in ordered}
    recent = {m.label for m in ordered if m.finished_at > now - timedelta(rule.days)}
    labels = recent | {made.label for made in ordered[-1:]}
    # What the first day of the window stands on.
    before = [
        m for m in ordered if m.label not in recent and m.kind in (FULL, INCREMENTAL)
    ]
    labels |= {made.label for made in before[-1:]}
    labels |= _firsts(ordered, now - timedelta(weeks=rule.weeks), "%G-%V")
    labels |= _firsts(ordered, now - timedelta(days=31 * rule.months), "%Y-%m")
    stood_on = {
        part.label
        for label in labels
        if _is_whole(label, known)
        for part in chain_of(label, known)
    }
    return labels | stood_on


def _firsts(ordered: list[Manifest], since: datetime, period: str) -> set[str]:
    firsts: dict[tuple[str, str], str] = {}
    for made in ordered:
        if made.kind != INCREMENTAL and made.finished_at > since:
            part = made.finished_at.strftime(period)
            firsts.setdefault((made.kind, part), made.label)
    return set(firsts.values())


def _is_whole(label: str, known: dict[str, Manifest]) -> bool:
    try:
        chain_of(label, known)
    except BackupRefused:
        return False
    return True


def prune(config: BackupConfig, place: Destination, now: datetime) -> list[str]:
    """Delete what the rule doesn't keep; the labels of the deleted backups.

    What the store has locked stays until it lets go.
    """
    rule = KeepRule.read(config.keep)
    backups = list(read_all(place, public_key(config.signing_key)))
    labels = kept(backups, rule, now)
    deleted = []
    # An incremental one before what it stands on, and the manifest before its files.
    for made in sorted(backups, key=lambda made: made.label, reverse=True):
        if made.label in labels or _is_locked(place, made, now):
            continue
        for name in reversed(made.object_names):
            place.delete(name)
        deleted.append(made.label)
    _prune_log(place, [made for made in backups if made.label in labels], rule, now)
    return deleted


def _is_locked(place: Destination, made: Manifest, now: datetime) -> bool:
    until = place.locked_until(made.object_names[-1])
    return until is not None and until > now


def _prune_log(
    place: Destination, backups: list[Manifest], rule: KeepRule, now: datetime
) -> None:
    """The log of the days stays; older backups hold the log that they need."""
    window = now - timedelta(rule.days)
    physical = [made for made in backups if made.kind in (FULL, INCREMENTAL)]
    before = [made for made in physical if made.finished_at <= window]
    first = max(before, key=lambda m: m.finished_at) if before else None
    if first is None:
        return
    oldest = Segment.at(first.timeline, first.start_lsn)
    for segment, name in segments_in(place, first.system_id).items():
        if segment < oldest:
            until = place.locked_until(name)
            if until is None or until <= now:
                place.delete(name)
