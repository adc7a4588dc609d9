"""A person's initials and color, the same wherever the person is shown."""

import zlib
from typing import Any

# As many as `static/css/avatars.css` has classes `avatar-N`.
COLORS = 8


def initials(person: Any) -> str:
    """`MG` for Maria Gold, `MA` for Maria; the username's where there is no name."""
    first, last = person.first_name.strip(), person.last_name.strip()
    if first and last:
        return (first[0] + last[0]).upper()
    return (first or last or person.username)[:2].upper()


def color_number(person: Any) -> int:
    return zlib.crc32(str(person.pk).encode()) % COLORS
