"""Contacts are taken out of every line, wherever they came from.

Our own messages name no contact. Those of libraries may: an error of the database
quotes the row, one of the mail server the address, an unknown path what somebody typed.
"""

import re

EMAIL_IN_TEXT = re.compile(r"[^\s@<>\"'(),;:=\[\]{}/]+@[^\s@<>\"'(),;:=\[\]{}/]+")
PHONE = re.compile(
    r"""(?<![\w.-])(?:
        \+\d[\d ().-]{6,18}\d                      # +1 212 555 0171
        | \(\d{3}\)[ ]?\d{3}[ .-]\d{4}             # (212) 555-0171
        | \d{3}[ .-]\d{3}[ .-]\d{4}                # 212-555-0171
        | \d{10,15}                                # 12125550171
    )(?![\w-])""",
    re.VERBOSE,
)
# The database's words about the row, up to the next traceback of a chain.
ROW_DETAIL = re.compile(
    r"^(?:\s*\|)?\s*(?:DETAIL|CONTEXT):.*?(?=^\s*\n(?:The above|During)|\Z)",
    re.MULTILINE | re.DOTALL,
)
# pydantic's words about what it was given.
INPUT_VALUE = re.compile(r"input_value=.*?, input_type=", re.DOTALL)


def without_contacts(text: str) -> str:
    """`text` with what looks like an email or a phone replaced."""
    if "@" in text:
        text = EMAIL_IN_TEXT.sub("[email]", text)
    return PHONE.sub("[phone]", text)


def without_values(traceback: str) -> str:
    """A traceback without the values that errors quote."""
    traceback = ROW_DETAIL.sub("", traceback)
    return without_contacts(INPUT_VALUE.sub("input_type=", traceback)).rstrip()
