"""The parameters of an address, as pages that are filtered by them read them."""

from collections.abc import Iterable, Mapping

LONGEST_PARAMETER = 200


def read_texts(asked: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those of the `names` that say anything, without what no database takes."""
    return {
        name: text
        for name in names
        if (text := asked.get(name, "").replace("\0", "").strip()[:LONGEST_PARAMETER])
    }
