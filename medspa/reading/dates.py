"""Dates as people and programs write them; month before day, as in the US."""

from datetime import datetime

DAY_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
)


def parse_date(text: str, formats: tuple[str, ...]) -> datetime | None:
    """`text` in the first of the formats that fits, whatever its commas and spaces.

    A naive moment, at midnight where the format has no time; None when none fits.
    """
    plain = " ".join(text.replace(",", " ").split())
    for format in formats:
        try:
            return datetime.strptime(plain, format)  # noqa: DTZ007  (zones differ)
        except ValueError:
            continue
    return None
