"""The version of this code: the newest number in CHANGELOG.md.

`+unreleased` while there are changes above it.
"""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
HEADING = re.compile(r"^## (\d+\.\d+\.\d+|Unreleased)\b", re.MULTILINE)


def version_in(changelog: str) -> str:
    headings = HEADING.findall(changelog)
    numbers = [heading for heading in headings if heading != "Unreleased"]
    newest = numbers[0] if numbers else "0"
    return newest if headings[:1] == numbers[:1] else f"{newest}+unreleased"


VERSION = version_in(CHANGELOG.read_text() if CHANGELOG.exists() else "")
