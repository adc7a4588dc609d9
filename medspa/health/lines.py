"""One line of what is known about the system's health, and how bad it is."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How bad it is; the numbers are the exit codes of `manage.py doctor`."""

    OK = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class HealthGroup(StrEnum):
    """Under which heading a line stands, in this order."""

    APPLICATION = "Application"
    DATABASE = "Database"
    BACKUPS = "Backups"
    SECURITY = "Security"
    SERVER = "Server"
    NETWORK = "Email and network"


@dataclass(frozen=True)
class HealthLine:
    """One thing, what is known of it, how bad that is, and what to do about it.

    `name` is unique among all lines, and the same whatever the severity: alerts are
    kept by it. `words` and `to_do` are sentences without secrets and contacts. Without
    `alerts` nobody is sent a message: what is so from the day of the installation.
    `page` is the address of the page that shows more, if there is one.
    """

    name: str
    words: str
    severity: Severity = Severity.OK
    to_do: str = ""
    group: HealthGroup = HealthGroup.APPLICATION
    alerts: bool = True
    page: str = ""

    def __post_init__(self) -> None:
        if bool(self.to_do) == self.is_ok:
            raise ValueError(f"{self.name}: a line says what to do unless it is ok.")

    @property
    def level(self) -> str:
        """`ok`, `warning` or `error`, for programs and styles."""
        return self.severity.word

    @property
    def is_ok(self) -> bool:
        return self.severity is Severity.OK
