"""Which backup and which segments of the log bring back a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from safekeeping.backups.storage import manifest as manifests
from safekeeping.backups.storage.config import BackupRefused
from safekeeping.backups.storage.destinations import Destination
from safekeeping.backups.storage.manifest import LOGICAL, Manifest, chain_of
from safekeeping.backups.storage.wal import (
    PARTIAL,
    Segment,
    WalGap,
    object_name,
    opened_segment,
    segments_in,
)

Words = Callable[[datetime], str]


class OutsideWindow(BackupRefused):
    """Nothing brings back this moment; the sentence says from when to when."""

    code = "outside_window"


class NoBackup(BackupRefused):
    """A destination holds nothing of what was asked for."""

    code = "no_backup"


@dataclass(frozen=True)
class RestorePlan:
    """`chain`: a full backup and those that stand on it. `segments`: object names.

    `until`: everything committed before this moment is in it.
    """

    target: datetime | None
    chain: list[Manifest]
    segments: list[str]
    until: datetime

    @property
    def label(self) -> str:
        return self.chain[-1].label


@dataclass(frozen=True)
class Window:
    """The moments that can be brought back, first and last."""

    first: datetime
    last: datetime


def plan_of_export(
    place: Destination, public_key: str, target: datetime | None, words: Words = str
) -> RestorePlan:
    """The last export before the moment; it brings back when it began."""
    every = [m for m in manifests.read_all(place, public_key) if m.kind == LOGICAL]
    if not every:
        raise NoBackup(f"There is no export in {place.name} yet.")
    fitting = [m for m in every if target is None or m.started_at <= target]
    if not fitting:
        first = words(every[0].started_at)
        raise OutsideWindow(f"The first export is of {first}: choose a later moment.")
    return RestorePlan(None, [fitting[-1]], [], fitting[-1].started_at)


class Archive:
    """What a destination holds of the server that was backed up last."""

    def __init__(self, place: Destination, public_key: str) -> None:
        self.place, self.public_key = place, public_key
        every = list(manifests.read_all(place, public_key))
        known = [made for made in every if made.kind != LOGICAL]
        if not known:
            exports = " There are exports: take --export." if every else ""
            raise NoBackup(f"There is no backup in {place.name} yet.{exports}")
        self.system_id = known[-1].system_id
        self.known = {m.label: m for m in known if m.system_id == self.system_id}
        self.segments = segments_in(place, self.system_id)

    def window(self) -> Window:
        """From the first backup whose chain is whole to the end of the log."""
        first = min(
            made.finished_at for made in self.known.values() if self._is_whole(made)
        )
        return Window(first, max(first, self.plan(None).until))

    def plan(self, target: datetime | None, words: Words = str) -> RestorePlan:
        """The plan for a moment; None for the last there is.

        Raises OutsideWindow and WalGap. `words` writes a moment for people.
        """
        backup = self._backup_for(target, words)
        chain = chain_of(backup.label, self.known)
        first = Segment.at(backup.timeline, backup.start_lsn)
        segments, until = self._log_from(first, backup, target)
        if target is None:
            # Without any log there is what the backup itself holds.
            return RestorePlan(None, chain, segments, max(until, backup.finished_at))
        if until >= target:
            return RestorePlan(target, chain, segments, until)
        later = [s for s in self.segments if s.timeline == first.timeline]
        if later and max(later).number - first.number >= len(segments):
            raise WalGap(
                f"The archived log has a gap after {words(until)}: this moment can't "
                "be restored. Earlier ones can, and those after the next backup."
            )
        raise OutsideWindow(self._sentence(words))

    def _sentence(self, words: Words) -> str:
        window = self.window()
        return (
            f"The backups reach from {words(window.first)} to {words(window.last)}: "
            "choose a moment in between."
        )

    def _backup_for(self, target: datetime | None, words: Words) -> Manifest:
        """The last one before the moment, on the timeline that was live then."""
        timeline = self._timeline_at(target)
        fitting = [
            made
            for made in self.known.values()
            if made.timeline == timeline
            and (target is None or made.finished_at <= target)
        ]
        for made in reversed(fitting):
            if self._is_whole(made):
                return made
        if target is None:
            raise BackupRefused(f"No backup in {self.place.name} is complete.")
        raise OutsideWindow(self._sentence(words))

    def _is_whole(self, made: Manifest) -> bool:
        try:
            chain_of(made.label, self.known)
        except BackupRefused:
            return False
        return True

    def _timeline_at(self, target: datetime | None) -> int:
        """A restore in place begins a new timeline; the clinic lived on the newest."""
        begins = [(made.finished_at, made.timeline) for made in self.known.values()]
        lived = [t for at, t in begins if target is None or at <= target]
        return max(lived or [min(t for _, t in begins)])

    def _log_from(
        self, first: Segment, backup: Manifest, target: datetime | None
    ) -> tuple[list[str], datetime]:
        """Segments without a gap, up to the first that reaches beyond the target."""
        names: list[str] = []
        until, segment = backup.started_at, first
        while segment in self.segments and (target is None or until < target):
            name, at = self._reach(self.segments[segment])
            until = max(until, at)
            names.append(name)
            if name.endswith(PARTIAL):
                break
            segment = segment.following
        return names, until

    def _reach(self, name: str) -> tuple[str, datetime]:
        """The name that a segment has by now, and how far it reaches."""
        with opened_segment(self.place, name, self.public_key) as (header, _):
            return object_name(header.system_id, header.name), header.at
