"""One writer for each kind of fact about a lead: the functions in leads/services."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FACTS = {"Activity", "LeadStage", "LeadTag", "Opportunity"}
CREATING = {"create", "bulk_create", "get_or_create", "update_or_create"}
WRITERS = ROOT / "leads/services"
# It checks the details once, before its one SQL statement writes them for all leads.
EXEMPT = ROOT / "leads/bulk/rows.py"


def modules() -> Iterator[Path]:
    for app in ("medspa", "campaigns", "leads", "kpis", "commissions", "safekeeping"):
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts and WRITERS not in path.parents:
                yield path


def facts_created(tree: ast.AST) -> Iterator[str]:
    """`Activity(…)` and `Activity.objects.create(…)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        words = ast.unparse(node.func).split(".")
        if words[-1] in FACTS or (words[0] in FACTS and words[-1] in CREATING):
            yield ast.unparse(node.func)


@pytest.mark.slow
def test_facts_are_created_by_services_only() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {call}"
        for path in modules()
        if path != EXEMPT
        for call in facts_created(ast.parse(path.read_text()))
    }
    assert found == set()


def test_what_creates_a_fact_is_found() -> None:
    found = facts_created(ast.parse("models.Activity(x)\nLeadTag.objects.create(a)\n"))
    assert list(found) == ["models.Activity", "LeadTag.objects.create"]
