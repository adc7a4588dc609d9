"""Files made of the admin theme's own: two scripts, and a font with the icons we use.

They are checked in, under `static/vendor`. `manage.py theme_files` writes them again; a
test says when they are out of date: after an update of the theme, or a new icon.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import unfold
from django.apps import apps
from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont

THEME = Path(unfold.__file__).parent
THEME_FILES = THEME / "static" / "unfold"
ALL_ICONS = THEME_FILES / "fonts/material-symbols/Material-Symbols-Outlined.woff2"

VENDOR = settings.BASE_DIR / "static" / "vendor"
ICON_FONT = VENDOR / "fonts" / "icons.woff2"
THEME_SCRIPT = VENDOR / "theme.js"
FORM_SCRIPT = VENDOR / "theme-forms.js"

# In the order of the theme's pages, without its charts, which no page of ours has.
SCRIPTS = {
    "js/htmx/htmx.js": "htmx, 0BSD",
    "js/app.js": "django-unfold, MIT",
    "js/simplebar/simplebar.js": "SimpleBar, MIT",
    "js/alpine/alpine.persist.js": "Alpine.js persist, MIT",
    "js/alpine/alpine.resize.js": "Alpine.js resize, MIT",
    "js/alpine/alpine.js": "Alpine.js, MIT",
}
# What is changed of them: the theme writes the name of a chosen file into the next text
# field, or fails without one, which is for its own inputs only. And Alpine, which walks
# through the whole page, waits until it is painted.
EDITS = {
    'querySelectorAll("input[type=file]")': (
        'querySelectorAll("input[type=file]:not(.field-box)")'
    ),
    "queueMicrotask(()=>{Vt.start()})": (
        "requestAnimationFrame(()=>setTimeout(()=>Vt.start()))"
    ),
}
# Only forms of the admin have rows to drag and anchored menus.
FORM_SCRIPTS = {
    "js/alpine/alpine.anchor.js": "Alpine.js anchor, MIT",
    "js/alpine/alpine.sort.js": "Alpine.js sort, MIT",
}

ICON_SPAN = re.compile(r"material-symbols-outlined[^>]*>(.*?)<", re.S)
ICON_WORD = re.compile(r"[a-z0-9_]+")
QUOTED = re.compile(r"""["']([a-z0-9_]+)["']""")
THEME_STYLES = THEME_FILES / "css" / "styles.css"


def script(files: Mapping[str, str]) -> str:
    """Scripts of the theme as one, each with whose it is."""
    parts = (
        f"/* {whose} */\n{(THEME_FILES / name).read_text().strip()}\n;"
        for name, whose in files.items()
    )
    text = "\n".join(parts) + "\n"
    for theirs, ours in EDITS.items():
        text = text.replace(theirs, ours)
    return text


def icons_named() -> set[str]:
    """The icons that templates, Python files and the theme's styles name.

    A word counts when it stands in an icon's element, or in quotes in a file that
    speaks of icons: rather one too many than one missing.
    """
    return set(_words()) & set(icons_of(ALL_ICONS))


def _words() -> Iterator[str]:
    for folder in (settings.BASE_DIR / "templates", THEME / "templates"):
        for template in folder.rglob("*.html"):
            text = template.read_text()
            for inside in ICON_SPAN.findall(text):
                yield from ICON_WORD.findall(inside)
            if "icon" in text or "material-symbols" in text:
                yield from QUOTED.findall(text)
    yield from QUOTED.findall(THEME_STYLES.read_text())
    for folder in (*_own_apps(), THEME):
        for file in folder.rglob("*.py"):
            text = file.read_text()
            if "icon" in text.lower():
                yield from _strings(text)


def _own_apps() -> Iterator[Path]:
    for app in apps.get_app_configs():
        if Path(app.path).parent == settings.BASE_DIR:
            yield Path(app.path)


def _strings(python: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def icons_of(font: Path) -> dict[str, str]:
    """The names of the font's icons, and their glyphs: a name is written as letters."""
    opened = TTFont(font)
    letters = {glyph: chr(code) for code, glyph in opened.getBestCmap().items()}
    found = {}
    for lookup in opened["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for one in ligatures:
                    glyphs = (first, *one.Component)
                    name = "".join(letters[glyph] for glyph in glyphs)
                    found[name] = one.LigGlyph
    return found


def icon_font(names: set[str]) -> bytes:
    """The theme's icon font with these icons only, as woff2."""
    glyphs = icons_of(ALL_ICONS)
    options = subset.Options(
        flavor="woff2",
        layout_features=["rlig"],
        # Else every icon comes along whose name can be written with the letters.
        layout_closure=False,
    )
    font = TTFont(ALL_ICONS, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(
        text="".join(sorted(names)), glyphs=[glyphs[name] for name in sorted(names)]
    )
    subsetter.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()
