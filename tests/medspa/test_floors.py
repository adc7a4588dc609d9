"""Nobody imports upwards: medspa ← campaigns ← leads ← kpis ← commissions."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

FLOORS = ("medspa", "campaigns", "leads", "kpis", "commissions")
# What stands on top of the house although it lies in medspa.
ROOF_FILES = {"urls.py", "settings.py", "views.py", "wsgi.py"}
ROOF_FOLDERS = {"sample", "management", "migrations"}
IMPORTERS = sorted(
    path
    for floor in FLOORS
    for path in (settings.BASE_DIR / floor).rglob("*.py")
    if "migrations" not in path.parts
)


def imported_apps(path: Path) -> set[str]:
    """The apps of ours that a file imports anywhere, also inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names} & set(FLOORS)


def is_roof(path: Path) -> bool:
    app, *folders, name = path.relative_to(settings.BASE_DIR).parts
    return app == "medspa" and (
        bool(ROOF_FOLDERS & set(folders)) or (not folders and name in ROOF_FILES)
    )


@pytest.mark.parametrize(
    "path", IMPORTERS, ids=lambda path: str(path.relative_to(settings.BASE_DIR))
)
def test_a_file_imports_only_its_own_floor_and_those_below(path: Path) -> None:
    floor = path.relative_to(settings.BASE_DIR).parts[0]
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    assert is_roof(path) or not imported_apps(path) & above


@pytest.mark.parametrize("module", ["encryption.py", "money.py", "ids.py", "roles.py"])
def test_the_ground_needs_no_app(module: str) -> None:
    assert imported_apps(settings.BASE_DIR / "medspa" / module) <= {"medspa"}


@pytest.mark.parametrize(
    "path",
    [
        "medspa/encryption/ciphers.py",
        "medspa/money.py",
        "commissions/engine/rule_language.py",
    ],
)
def test_pure_cores_do_not_know_django(path: str) -> None:
    tree = ast.parse((settings.BASE_DIR / path).read_text())
    modules = {node.module for node in ast.walk(tree) if hasattr(node, "module")}
    modules |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert modules
    assert not {name for name in modules if name and name.startswith("django")}
