"""The committed description, and bringing it up to date."""

import json
from typing import Any

from django.conf import settings

from api.description.breaking import breaking_changes, unannounced
from api.description.building import describe
from api.ground.shaping import to_json
from medspa.refusals import Refused

COMMITTED = settings.BASE_DIR / "docs" / "api" / "openapi.json"
CHANGELOG_FILE = settings.BASE_DIR / "CHANGELOG.md"


class Breaks(Refused):
    """The description was not written."""

    code = "breaking_change"


def description_text() -> str:
    return json.dumps(json.loads(to_json(describe())), indent=1, ensure_ascii=False) + (
        "\n"
    )


def committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text())
    return found


def write_description() -> bool:
    """Whether it changed; raises Breaks unless the changelog says what breaks."""
    text = description_text()
    if COMMITTED.exists():
        if COMMITTED.read_text() == text:
            return False
        changes = breaking_changes(committed(), json.loads(text))
        if silent := unannounced(changes, CHANGELOG_FILE.read_text()):
            lines = "\n".join(f"- API: {change}" for change in silent)
            raise Breaks(f"This breaks programs. Say so in CHANGELOG.md:\n{lines}")
    COMMITTED.parent.mkdir(parents=True, exist_ok=True)
    COMMITTED.write_text(text)
    return True
