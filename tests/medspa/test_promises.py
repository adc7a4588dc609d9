"""docs/promises.md names tests, commands and pages that exist."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

DOCS = settings.BASE_DIR / "docs"
TEXT = (DOCS / "promises.md").read_text()
ROWS = re.findall(r"^\| (?!---|promise )(.*) \| (.*) \| (.*) \|$", TEXT, re.M)


@pytest.mark.parametrize(("promise", "how", "proof"), ROWS, ids=[r[0] for r in ROWS])
def test_what_proves_a_promise_exists(promise: str, how: str, proof: str) -> None:
    named = re.findall(r"`(tests/.*?|manage[.]py .*?)`", proof)
    assert named
    for one in named:
        if one.startswith("manage.py "):
            assert one.split()[1] in get_commands()
            continue
        path, _, test = one.partition("::")
        assert f"\ndef {test}" in "\n" + (settings.BASE_DIR / path).read_text()


def test_every_page_that_is_linked_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (DOCS / link).exists(), link


def test_every_promise_is_read() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ")]
    headings = [line for line in lines if line.startswith("| promise ")]
    assert len(ROWS) == len(lines) - len(headings)
