"""What spellings of one word have in common."""

import re

NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def key(text: str) -> str:
    """What two spellings of one word have in common: `Lead-Source` → `leadsource`."""
    return NOT_A_LETTER_OR_DIGIT.sub("", text).casefold()
