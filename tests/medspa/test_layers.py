"""What may import what, and how large a folder, a template line and a map may get."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
# Each app imports itself and those before it; connections and safekeeping never
# each other.
LAYERS = (
    "medspa",
    "campaigns",
    "leads",
    "kpis",
    "commissions",
    "connections",
    "safekeeping",
    "api",
)
SIBLINGS = {"safekeeping": {"connections"}}
# Parts of medspa that put all apps together and so stand above them.
TOP_MODULES = {"urls.py", "settings.py", "wsgi.py"}
TOP_FOLDERS = {"demo", "management"}
MOST_MODULES = 20
LONGEST_LINE = 120
HTTP_MODULES = ("django.http", "django.shortcuts", "django.contrib.messages")
HTTP_FOLDERS = {"views", "admin", "web", "webhooks"}
HTTP_FILES = re.compile(r"(.*_)?(views|urls|middleware|admin)\.py")
FILES = sorted(
    path.relative_to(ROOT)
    for layer in LAYERS
    for path in (ROOT / layer).rglob("*.py")
    if "migrations" not in path.parts
)
MODULES = {
    ".".join(path.with_suffix("").parts).removesuffix(".__init__"): path
    for path in FILES
}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ARCHITECTURE = ROOT / "docs" / "architecture.md"


@cache
def imports(path: Path) -> frozenset[str]:
    """Everything that a file imports when it runs, also inside a function."""
    names = set()
    for node in run_nodes(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of `if TYPE_CHECKING`, which only type checkers read."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from run_nodes(child)


@cache
def source(path: Path) -> str:
    return (ROOT / path).read_text()


def imported_apps(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)} & set(LAYERS)


def imported_files(path: Path) -> Iterator[Path]:
    for name in imports(path):
        module = name if name in MODULES else name.rpartition(".")[0]
        if module in MODULES:
            yield MODULES[module]


def is_top(path: Path) -> bool:
    app, *folders, name = path.parts
    return app == "medspa" and (
        bool(TOP_FOLDERS & set(folders)) or (not folders and name in TOP_MODULES)
    )


def unit(path: Path) -> str:
    """The folder of a module; a module at the root of an app is a unit of its own."""
    return str(path) if len(path.parts) == 2 else f"{path.parent}/"


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """The groups of units that reach each other; none if there is no circle."""
    reached = {start: _reachable(start, arrows) for start in arrows}
    groups = {
        frozenset(other for other in reach if start in reached.get(other, ()))
        for start, reach in reached.items()
        if start in reach
    }
    return sorted(sorted(group) for group in groups)


def _reachable(start: str, arrows: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for target in arrows.get(waiting.pop(), set()) - found:
            found.add(target)
            waiting.append(target)
    return found


# Imports ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("app", LAYERS)
def test_files_import_only_their_own_layer_and_those_below(app: str) -> None:
    above = {*LAYERS[LAYERS.index(app) + 1 :], *SIBLINGS.get(app, ())}
    found = [
        f"{path} imports {', '.join(imported_apps(path) & above)}"
        for path in FILES
        if path.parts[0] == app and not is_top(path) and imported_apps(path) & above
    ]
    assert found == []


def test_nothing_imports_what_stands_above_all_apps() -> None:
    above = {"demo", "management"}
    found = [
        f"{path} imports {target}"
        for path in FILES
        if not is_top(path)
        for target in imported_files(path)
        if target.parts[0] == "medspa" and above & set(target.parts)
    ]
    assert found == []


def test_folders_import_each_other_in_one_direction() -> None:
    arrows = defaultdict(set)
    for path in FILES:
        if "management" in path.parts:
            continue
        for target in imported_files(path):
            if unit(target) != unit(path):
                arrows[unit(path)].add(unit(target))
    assert [" ↔ ".join(circle) for circle in circles(arrows)] == []


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}}) == []


@pytest.mark.parametrize(
    "path",
    [
        "medspa/encryption/ciphers.py",
        "medspa/money.py",
        "medspa/months.py",
        "medspa/refusals.py",
        "commissions/engine/rule_language.py",
    ],
)
def test_pure_cores_do_not_know_django(path: str) -> None:
    names = imports(Path(path))
    assert names or path == "medspa/refusals.py"
    assert not {name for name in names if name.startswith("django")}


def knows_http(path: Path) -> bool:
    return any(
        name == module or name.startswith(f"{module}.")
        for name in imports(path)
        for module in HTTP_MODULES
    )


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in FILES
        if not HTTP_FOLDERS & set(path.parts[:-1])
        and not HTTP_FILES.fullmatch(path.name)
    ],
    ids=str,
)
def test_only_views_know_http(path: Path) -> None:
    assert not knows_http(path)


# One home for a rule ---------------------------------------------------------------


def test_history_rows_of_many_are_written_in_one_place() -> None:
    writers = [path for path in FILES if "simple_history.utils" in _modules(path)]
    assert [str(path) for path in writers] == ["medspa/audit/writing.py"]


def _modules(path: Path) -> set[str]:
    return {name.rpartition(".")[0] for name in imports(path)}


MONTH_ARITHMETIC = re.compile(
    r"monthrange|replace\(day=(1|28)\)|timedelta\(days=3[12]\)|replace\(year="
)


def test_month_arithmetic_is_in_one_place() -> None:
    found = {path for path in FILES if MONTH_ARITHMETIC.search(source(path))}
    assert found == {Path("medspa/months.py")}


FORMULA_GUARD = re.compile(r"""\(\s*"=",\s*"\+",""")


def test_what_starts_a_formula_is_said_in_one_place() -> None:
    found = {path for path in FILES if FORMULA_GUARD.search(source(path))}
    assert found == {Path("medspa/web/csv.py")}


# Sizes -----------------------------------------------------------------------------


def test_no_folder_is_too_full_to_read_its_names() -> None:
    modules = Counter(path.parent for path in FILES if path.name != "__init__.py")
    full = {str(folder): count for folder, count in modules.items()}
    assert {name: count for name, count in full.items() if count > MOST_MODULES} == {}


def test_no_template_line_is_too_long_to_read() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


# The map ---------------------------------------------------------------------------


def named_paths(text: str) -> set[str]:
    """What a page of documentation names in backticks as a file or folder."""
    quoted = re.findall(r"`([\w./-]+)`", text)
    return {
        name
        for name in quoted
        if "/" in name or re.search(r"\.(py|html|js|css|sql|md)$", name)
    }


def test_every_file_and_folder_on_the_map_exists() -> None:
    names = named_paths(ARCHITECTURE.read_text())
    assert names
    assert [name for name in sorted(names) if not (ROOT / name).exists()] == []
