"""Scripts and stylesheets as production serves them: under names of their contents."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

IMPORT = re.compile(r"""(?:from|import)\s*["']([^"']+)["']""")
LINK = re.compile(r"""\{% static ["']([^"']+)["'] %\}""")
OWN = Path(settings.BASE_DIR) / "static"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("static")
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "medspa.web.static_files.HashedStaticFiles"}
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


@pytest.fixture(scope="module")
def hashed(collected: Path) -> dict[str, str]:
    return json.loads((collected / "staticfiles.json").read_text())["paths"]


def modules() -> list[str]:
    return [str(path.relative_to(OWN)) for path in (OWN / "js").rglob("*.js")]


def test_every_import_of_a_hashed_module_is_a_hashed_file(
    collected: Path, hashed: dict[str, str]
) -> None:
    imports = 0
    for name in modules():
        served = collected / hashed[name]
        for address in IMPORT.findall(served.read_text()):
            target = (served.parent / address).resolve()
            assert target.is_file(), f"{name} imports {address}"
            assert str(target.relative_to(collected.resolve())) in hashed.values()
            imports += 1
    assert imports > 30


def test_a_module_changes_its_name_with_what_it_imports(
    collected: Path, hashed: dict[str, str]
) -> None:
    index = (collected / hashed["js/board/index.js"]).read_text()
    assert Path(hashed["js/board/moves.js"]).name in index


def test_no_module_needs_a_global_of_another() -> None:
    assigned = re.compile(r"\b(?:window|globalThis|self)\.\w+\s*=[^=]")
    for name in modules():
        text = (OWN / name).read_text()
        assert not assigned.search(text), name
        if name != "js/vendor.js":
            bare = re.search(r"\b(?:htmx|Sortable)\.\w+\(", text)
            assert not bare or "vendor.js" in text, name


def test_every_file_that_a_template_names_exists(hashed: dict[str, str]) -> None:
    for template in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        for name in LINK.findall(template.read_text()):
            assert name in hashed, f"{template.name} names {name}"


def test_every_stylesheet_is_on_some_page_and_every_module_is_imported() -> None:
    root = Path(settings.BASE_DIR)
    pages = "".join(path.read_text() for path in (root / "templates").rglob("*.html"))
    pages += (root / "medspa/web/theme.py").read_text()
    for path in (OWN / "css").glob("*.css"):
        assert f"css/{path.name}" in pages
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
