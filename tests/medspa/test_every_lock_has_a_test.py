"""Every lock and every transaction of the services has a test that needs it.

A test says by `proves` (or by the key of its table of acts) what it is about. What is
named here is only a name; that the test fails without it was seen when it was written.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("medspa", "campaigns", "leads", "kpis")
KINDS = ("atomic", "row lock", "advisory lock", "table lock")
# How SQL takes locks → what it is called here.
IN_SQL = {
    "advisory_": "advisory lock",
    "LOCK TABLE": "table lock",
    "FOR UPDATE": "row lock",
    "FOR NO KEY UPDATE": "row lock",
    "FOR SHARE": "row lock",
}


def sites() -> list[str]:
    """`leads.services.pipeline.lock_leads row lock`; numbered if several in a place."""
    found: list[str] = []
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "migrations" not in path.parts:
                module = ".".join(path.relative_to(settings.BASE_DIR).parts)
                module = module.removesuffix(".py").removesuffix(".__init__")
                found += sites_in(ast.parse(path.read_text()), module)
    many, seen = Counter(found), Counter[str]()
    named = []
    for site in found:
        seen[site] += 1
        named.append(f"{site} {seen[site]}" if many[site] > 1 else site)
    return named


def sites_in(node: ast.AST, place: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = place
        match child:
            case ast.FunctionDef() | ast.ClassDef():
                inner = f"{place}.{child.name}"
            case ast.Assign(targets=[ast.Name(name)]) if isinstance(node, ast.Module):
                inner = f"{place}.{name}"
            case ast.Attribute(ast.Name("transaction"), "atomic"):
                yield f"{place} atomic"
            case ast.Attribute(_, "select_for_update"):
                yield f"{place} row lock"
            case ast.Constant(str(text)):
                yield from (
                    f"{place} {kind}" for sql, kind in IN_SQL.items() if sql in text
                )
        yield from sites_in(child, inner)


def proved() -> set[str]:
    """What tests name: any string that looks like a site."""
    texts: set[str] = set()
    for path in Path(settings.BASE_DIR, "tests").rglob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Constant(str(text)) if is_site(text):
                    texts.add(text)
    return texts


def is_site(text: str) -> bool:
    words = text.rstrip("0123456789 ")
    return (
        text.startswith(tuple(f"{app}." for app in APPS))
        and words.endswith(KINDS)
        and "\n" not in text
    )


@pytest.mark.slow
def test_every_lock_and_transaction_has_a_test_and_no_test_names_one_that_is_gone() -> (
    None
):
    found, named = set(sites()), proved()
    assert sorted(found - named) == []
    assert sorted(named - found) == []


def test_a_new_lock_or_transaction_is_noticed() -> None:
    code = """
SQL = "SELECT 1 FOR UPDATE SKIP LOCKED"

@transaction.atomic
def act():
    with transaction.atomic():
        Lead.objects.select_for_update().get()
        cursor.execute(f"SELECT pg_advisory_lock({KEY})")
"""
    assert sorted(sites_in(ast.parse(code), "leads.new")) == [
        "leads.new.SQL row lock",
        "leads.new.act advisory lock",
        "leads.new.act atomic",
        "leads.new.act atomic",
        "leads.new.act row lock",
    ]
