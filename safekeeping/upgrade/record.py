"""What is known of the last upgrade: how far it came, and how the database was before.

It stands in a file beside the copy of the database, since the database is what may have
to be put back.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from django.conf import settings
from pydantic import BaseModel


class Phase(StrEnum):
    COPYING = "copying"
    MIGRATING = "migrating"
    VERIFYING = "verifying"
    DONE = "done"
    GOING_BACK = "going back"
    WENT_BACK = "went back"


UNFINISHED = {Phase.COPYING, Phase.MIGRATING, Phase.VERIFYING, Phase.GOING_BACK}


def folder() -> Path:
    return Path(settings.VAR_DIR) / "upgrade"


class UpgradeRecord(BaseModel):
    """`applied`: the migrations before, as `app.name`; `counts`: rows of each table."""

    begun_at: datetime
    phase: Phase
    database: str
    applied: list[str]
    counts: dict[str, int]
    # Of the copy, to find out whether it is still the file that was written.
    sha256: str = ""

    @classmethod
    def load(cls) -> Self | None:
        try:
            return cls.model_validate_json(_path().read_text())
        except FileNotFoundError:
            return None

    @property
    def dump(self) -> Path:
        return folder() / "before.dump"

    @property
    def when(self) -> str:
        """Without the clinic's formats: its row may not be readable right now."""
        return f"{self.begun_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_unfinished(self) -> bool:
        return self.phase in UNFINISHED

    def enter(self, phase: Phase) -> None:
        """Written completely or not at all."""
        self.phase = phase
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _path().with_suffix(".new")
        draft.write_text(self.model_dump_json(indent=2))
        draft.replace(_path())


def _path() -> Path:
    return folder() / "record.json"
