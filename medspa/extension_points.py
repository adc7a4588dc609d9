"""Where apps add to the apps below them.

An app lists its extension points in its `extension_points.py`, and what it adds to
others in its `extensions.py`, which is imported when all apps are loaded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from medspa.accounts.people.belongings import HandOver, PersonField
    from medspa.audit.events import AuditKind
    from medspa.health.lines import HealthLine
    from medspa.jobs.progress import JobProgress
    from medspa.jobs.registry import JobKind
    from medspa.probes.gauges import Gauge
    from medspa.setup.checklist import SetupStep
    from medspa.web.site_search import SiteSearch

Extension = TypeVar("Extension")


class ExtensionPoint(Generic[Extension]):
    """Extensions in the order in which they were added, each once."""

    def __init__(self) -> None:
        self._extensions: list[Extension] = []

    def extend(self, extension: Extension) -> Extension:
        """Add an extension; also a decorator."""
        if extension not in self._extensions:
            self._extensions.append(extension)
        return extension

    @contextmanager
    def extended(self, extension: Extension) -> Iterator[None]:
        """With the extension for the time of the block."""
        self.extend(extension)
        try:
            yield
        finally:
            self._extensions.remove(extension)

    def __iter__(self) -> Iterator[Extension]:
        return iter(tuple(self._extensions))


class NamedExtensionPoint(Generic[Extension]):
    """Extensions by name: one for each."""

    def __init__(self) -> None:
        self._extensions: dict[str, Extension] = {}

    def extend(self, name: str) -> Callable[[Extension], Extension]:
        """A decorator that adds an extension under `name`."""

        def add(extension: Extension) -> Extension:
            self._extensions[name] = extension
            return extension

        return add

    @contextmanager
    def extended(self, name: str, extension: Extension) -> Iterator[None]:
        """With the extension for the time of the block."""
        self.extend(name)(extension)
        try:
            yield
        finally:
            del self._extensions[name]

    def get(self, name: str) -> Extension | None:
        return self._extensions.get(name)

    def items(self) -> dict[str, Extension]:
        return dict(self._extensions)

    def __getitem__(self, name: str) -> Extension:
        return self._extensions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._extensions

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._extensions))


# What is read together with the person of a request, by the name of the attribute:
# an expression over `medspa_user`. `medspa.clinic.read_once` finds it by that name.
person_attributes: NamedExtensionPoint[Any] = NamedExtensionPoint()

# What apps know of the system's health: a function that returns one line. Each says how
# bad it is and what to do (`medspa.health.lines`); the Status page, `manage.py doctor`,
# alerts and metrics read them.
health_lines: ExtensionPoint[Callable[[], "HealthLine"]] = ExtensionPoint()

# Further numbers of /metrics: a function that returns one.
metric_gauges: ExtensionPoint[Callable[[], "Gauge"]] = ExtensionPoint()

# What a worker does every minute beside its jobs, however long those take.
minute_duties: ExtensionPoint[Callable[[], None]] = ExtensionPoint()

# What a worker does all the time beside its jobs, in a thread of its own: a function
# that returns soon after the one that it is given says that it must end.
worker_loops: ExtensionPoint[Callable[[Callable[[], bool]], None]] = ExtensionPoint()

# What waits for a worker outside of the queue of jobs, and may add jobs: a worker that
# ends when nothing waits does it first.
waiting_work: ExtensionPoint[Callable[[], None]] = ExtensionPoint()

# Who answers below an address that only programs ask, by the beginning of its path:
# without sessions and what else is for pages (`medspa.programs.middleware`).
program_answers: NamedExtensionPoint["Callable[[HttpRequest], HttpResponseBase]"] = (
    NamedExtensionPoint()
)

# What is stored by the clinic's days, made anew when its time zone has changed: a
# function that reports its progress and returns a sentence, or nothing.
zone_rebuilds: ExtensionPoint[Callable[["JobProgress"], str]] = ExtensionPoint()

# Whether amounts were recorded that would read differently in another currency.
recorded_amounts: ExtensionPoint[Callable[[], bool]] = ExtensionPoint()

# What there is to set up in a new clinic: a function that says how far a step is.
setup_steps: ExtensionPoint[Callable[[], "SetupStep"]] = ExtensionPoint()

# What the search of every page finds beside the pages of the sidebar.
site_searches: ExtensionPoint["SiteSearch"] = ExtensionPoint()

# Kinds of background jobs, by the name that their rows keep.
job_kinds: NamedExtensionPoint["JobKind"] = NamedExtensionPoint()

# What someone else takes over when a person is deactivated.
hand_overs: ExtensionPoint["HandOver"] = ExtensionPoint()

# Further fields of a person's form, each with a column in the list of people.
person_fields: ExtensionPoint["PersonField"] = ExtensionPoint()

# Kinds of events in the audit log, by name; `audit_kind` adds one.
audit_kinds: NamedExtensionPoint["AuditKind"] = NamedExtensionPoint()
