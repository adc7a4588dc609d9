"""What is made of the admin theme's files is of the installed theme, and complete."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

from medspa.web.static_files.theme_files import (
    ALL_ICONS,
    EDITS,
    FORM_SCRIPT,
    FORM_SCRIPTS,
    ICON_FONT,
    SCRIPTS,
    THEME_FILES,
    THEME_SCRIPT,
    icons_named,
    icons_of,
    script,
)

MAKE_ANEW = "run manage.py theme_files and commit what it changes"


def test_every_icon_that_is_named_is_in_the_font() -> None:
    assert icons_named() <= icons_of(ICON_FONT).keys(), MAKE_ANEW


def test_the_font_has_no_icon_that_nobody_names() -> None:
    """An icon can have several names."""
    all_icons = icons_of(ALL_ICONS)
    needed = {all_icons[name] for name in icons_named()}
    assert len(set(icons_of(ICON_FONT).values())) == len(needed), MAKE_ANEW


@pytest.mark.slow
def test_icons_look_as_they_do_in_the_theme() -> None:
    ours, theirs = TTFont(ICON_FONT), TTFont(ALL_ICONS)
    glyphs = icons_of(ALL_ICONS)
    for name, glyph in icons_of(ICON_FONT).items():
        assert ours["glyf"][glyph] == theirs["glyf"][glyphs[name]], name


def test_the_font_is_a_small_part_of_the_themes() -> None:
    assert ICON_FONT.stat().st_size < ALL_ICONS.stat().st_size / 15


def test_the_script_is_of_the_installed_theme() -> None:
    assert script(SCRIPTS) == THEME_SCRIPT.read_text(), MAKE_ANEW
    assert script(FORM_SCRIPTS) == FORM_SCRIPT.read_text(), MAKE_ANEW


def test_what_is_changed_of_the_script_is_still_in_the_theme() -> None:
    theirs = "".join((THEME_FILES / name).read_text() for name in SCRIPTS)
    assert all(theirs.count(text) == 1 for text in EDITS)


def test_the_theme_leaves_our_file_inputs_alone() -> None:
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for field in re.findall(
            r"<input[^>]*type=\"file\"[^>]*>", template.read_text()
        ):
            assert 'class="field-box"' in field, template.name


def test_no_page_loads_a_font_or_script_of_the_theme_beside_it() -> None:
    """Only the theme's own widgets of the admin bring theirs along."""
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        assert 'static "unfold/' not in template.read_text(), template.name
