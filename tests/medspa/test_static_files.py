"""Scripts and stylesheets as production serves them: under names of their contents."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile

from medspa.web.static_files.bundles import (
    MODULE_IMPORT,
    STYLE_IMPORT,
    NotBundled,
    module,
    stylesheet,
)
from medspa.web.static_files.storage import HashedStaticFiles

LINK = re.compile(r"""\{% static ["']([^"']+)["'] %\}""")
OWN = Path(settings.BASE_DIR) / "static"


def templates() -> Iterator[Path]:
    return (Path(settings.BASE_DIR) / "templates").rglob("*.html")


def modules() -> list[str]:
    return [str(path.relative_to(OWN)) for path in (OWN / "js").rglob("*.js")]


@pytest.mark.slow
def test_a_module_is_served_with_what_it_imports(
    collected: Path, hashed: dict[str, str]
) -> None:
    for name in modules():
        served = (collected / hashed[name]).read_text()
        assert not re.search(r"^(?:import|export)\b", served, re.M), name
    board = (collected / hashed["js/board/index.js"]).read_text()
    for part in ("js/board/moves.js", "js/sheet.js", "vendor/sortable/Sortable.min.js"):
        code = MODULE_IMPORT.sub("", (OWN / part).read_text()).splitlines()
        assert code[-1] in board, part
    assert board.count("const $js_keyboard = ") == 1


def test_a_stylesheet_is_served_with_what_it_imports(
    collected: Path, hashed: dict[str, str]
) -> None:
    for path in (OWN / "css").rglob("*.css"):
        name = str(path.relative_to(OWN))
        assert "@import" not in (collected / hashed[name]).read_text(), name
    site = (collected / hashed["css/site.css"]).read_text()
    assert (OWN / "css/tokens.css").read_text().strip() in site
    [latin] = re.findall(r"/fonts/(inter-latin[.]\w+[.]woff2)", site)
    assert hashed["vendor/fonts/inter-latin.woff2"].endswith(latin)


def test_a_bundle_changes_its_name_with_each_part(hashed: dict[str, str]) -> None:
    """Else a browser would keep the old module together with a new page."""
    name = "js/board/index.js"

    def read(other: str) -> str:
        text = (OWN / other).read_text()
        return text + "// changed" if other == "js/keyboard.js" else text

    changed = ContentFile(module(name, read).encode())
    assert HashedStaticFiles().hashed_name(name, changed) != hashed[name]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('import(\n"./b.js");', "import("),
        ("const here = import.meta.url;", "import.meta.url;"),
        ("export default 1;", "export default 1;"),
        ("export let changes = 1;", "export let changes = 1;"),
        ('export { b } from "./b.js";', 'export { b } from "./b.js";'),
        ('import b from "./b.js";', 'import b from "./b.js";'),
        ('import { b as c } from "./b.js";', "b as c"),
        ('import "./a.js";', "js/a.js imports itself"),
    ],
)
def test_a_form_of_module_that_is_not_known_is_refused(text: str, told: str) -> None:
    files = {"js/a.js": text + "\n", "js/b.js": "export const b = 1;\n"}
    with pytest.raises(NotBundled, match=re.escape(told)):
        module("js/a.js", files.__getitem__)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('@import url("b.css");', "imports are written"),
        ('@import "b.css" print;', "imports are written"),
        ('@import "../other/b.css";', "names files beside itself"),
    ],
)
def test_a_form_of_stylesheet_that_is_not_known_is_refused(
    text: str, told: str
) -> None:
    files = {"css/a.css": text, "other/b.css": "a { background: url(c.png); }"}
    with pytest.raises(NotBundled, match=told):
        stylesheet("css/a.css", files.__getitem__)


def test_no_module_needs_a_global_of_another() -> None:
    assigned = re.compile(r"\b(?:window|globalThis|self)\.\w+\s*=[^=]")
    for name in modules():
        text = (OWN / name).read_text()
        assert not assigned.search(text), name
        for library in ("htmx", "Sortable"):
            if re.search(rf"\b{library}\.\w+\(", text):
                assert f"{{ {library} }} from" in text, name


def test_a_page_has_one_module_beside_that_of_every_page() -> None:
    """Two would each bring what both import, and run it twice."""
    for template in templates():
        modules = re.findall(r"""type="module" src="\{% static""", template.read_text())
        assert len(modules) <= 1, template.name


def test_what_every_page_s_module_shares_with_others_is_functions_alone() -> None:
    """It stands in both files, and runs twice."""
    imports = {
        name: {
            address for _, address in MODULE_IMPORT.findall((OWN / name).read_text())
        }
        for name in modules()
    }
    of_every_page = {"./site-search.js", "./read-part.js"}
    assert imports["js/shell.js"] | imports["js/site-search.js"] == of_every_page
    only_functions = re.compile(r"(?://.*|(?:export )?(?:async )?function .*|[ }].*|)")
    for name, addresses in imports.items():
        for address in addresses & of_every_page:
            text = (OWN / "js" / address).read_text()
            is_alone = name in {"js/shell.js", "js/site-search.js"}
            assert is_alone or all(map(only_functions.fullmatch, text.splitlines()))


def test_every_file_that_a_template_names_exists(hashed: dict[str, str]) -> None:
    for template in templates():
        for name in LINK.findall(template.read_text()):
            assert name in hashed, f"{template.name} names {name}"


def test_every_stylesheet_is_on_some_page_and_every_module_is_imported() -> None:
    root = Path(settings.BASE_DIR)
    pages = "".join(path.read_text() for path in templates())
    pages += (root / "medspa/web/theme.py").read_text()
    sheets = {path: path.read_text() for path in (OWN / "css").rglob("*.css")}
    imports = [name for text in sheets.values() for name in STYLE_IMPORT.findall(text)]
    imported = {Path(name).name for name in imports}
    for path in sheets:
        is_named = str(path.relative_to(OWN)) in pages
        assert is_named or path.name in imported, path.name
    # The script of web forms has an address of its own.
    pages += (root / "connections/web_forms/hosted_views.py").read_text()
    scripts = {name: (OWN / name).read_text() for name in modules()}
    for name in scripts:
        importers = (text for other, text in scripts.items() if other != name)
        is_imported = any(f"/{Path(name).name}" in text for text in importers)
        assert is_imported or name in pages, name


def test_the_storage_of_this_run_is_the_plain_one() -> None:
    """Else the fixture above would have written into the project's own folder."""
    assert not hasattr(staticfiles_storage, "hashed_files")
