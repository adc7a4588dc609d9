"""By which id a row is known when the file comes again."""

import re
from base64 import b32encode
from collections import Counter

from connections.door_parts.foreign_ids import GOHIGHLEVEL, fingerprint
from medspa.encryption.ciphers import blind_index, decode_key
from medspa.encryption.fields import index_keys

SHAPE = re.compile(r"[A-Za-z0-9_.:/=+-]{1,100}")
GOHIGHLEVEL_SHAPE = re.compile(r"[A-Za-z0-9]{20,24}")
COLUMN = "connections.files.row"


def own_id(text: str, system: str) -> str:
    """The system's own id as it is stored; empty if it is none.

    The number sign in front is none of it.
    """
    text = text.removeprefix("#").removeprefix("'")
    if system == GOHIGHLEVEL and GOHIGHLEVEL_SHAPE.fullmatch(text):
        return text
    return fingerprint(text) if SHAPE.fullmatch(text) else ""


def made_up_ids(*parts: object) -> tuple[str, ...]:
    """For a row without an id: of what it says, by each key of the blind indexes.

    The newest key's comes first. An email can't be found out by trying many.
    """
    text = "\0".join(map(str, parts))
    return tuple(
        "row:" + b32encode(blind_index(decode_key(key), COLUMN, text)).decode()[:26]
        for key in index_keys()
    )


class Repeats:
    """Numbers rows with one id: a second row of an order is another payment."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def suffix(self, what: str, object_id: str) -> str:
        self._counts[what, object_id] += 1
        count = self._counts[what, object_id]
        return "" if count == 1 else f":{count}"
