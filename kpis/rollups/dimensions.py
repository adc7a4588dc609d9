"""Which kinds of sums there are: of slices, of tags, and of the hours of the week.

All have the same measures and stand in the same tables; a span's letter says which
kind a row is, and whether of a day or of a month. What a row is of stands in
`campaign`: a campaign's id, a tag's id, or an hour like `3-14` (Wednesday, 14:00).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """The letters of its days and its months."""

    day: str
    month: str


SLICES = Family("d", "m")
# A lead with two tags is in the sums of both, one without any in those of "".
TAGS = Family("t", "u")
# Leads by the hour in which they were created.
HOURS = Family("h", "i")
