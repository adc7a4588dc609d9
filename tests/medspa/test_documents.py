"""The documents lead to files that are there, and all can be found."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_link_of_a_document_leads_to_a_file(path: Path) -> None:
    links = LINK.findall(path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_each_folder_lists_its_documents() -> None:
    for contents in DOCS.rglob("README.md"):
        folder = contents.parent
        linked = {
            (folder / link).resolve() for link in LINK.findall(contents.read_text())
        }
        assert {*folder.glob("*.md")} - linked == {contents}
