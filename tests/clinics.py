"""The clinic under a test: that of a new database, or as the test wants it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from medspa.clinic.current import current_clinic, open_scope
from medspa.formats import formats_of
from medspa.models import Clinic

ChangeClinic = Callable[..., None]


@pytest.fixture
def clinic_is(request: pytest.FixtureRequest) -> Iterator[ChangeClinic]:
    """`clinic_is(country="GB")`: from here on, and in the database if there is one."""
    has_database = bool(
        "db" in request.fixturenames or request.node.get_closest_marker("django_db")
    )
    close: list[Callable[[], None]] = []

    def change(**values: object) -> None:
        if country := values.get("country"):
            formats = formats_of(str(country))
            own = {"currency": formats.currency, "week_start": formats.first_weekday}
            values = {
                name: value for name, value in own.items() if value != ""
            } | values
        close.append(open_scope(replace(current_clinic(), **values)))  # type: ignore[arg-type]
        if has_database:
            Clinic.objects.update(**values)

    yield change
    while close:
        close.pop()()
