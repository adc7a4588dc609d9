"""What people read is plain American English."""

import ast
import gettext
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    *("api", "campaigns", "commissions", "connections"),
    *("kpis", "leads", "medspa", "safekeeping"),
)
# The words of other systems' files, which people never read here.
WORDS_OF_FILES = ROOT / "connections/files/status_words.py"
CATALOG = ROOT / "locale/en/LC_MESSAGES"
BANNED = re.compile(
    r"\b(log in|log out|logged out|e-mails?|colours?|set-up|long work|somebody|anybody"
    r"|everybody|nobody|whoever|anew|meanwhile|taken? back|takes back|puts? back"
    r"|bring back|came in|comes in|sent in|work(ed)? out|not said|mend|untick"
    r"|cancelled|recognised?|retired?|did not come|\w+ noted|hangs on|chosen"
    r"|stands? (in|here)|left out|leave out|behaviour|favour|centre)\b"
    r"|\d %",
    re.IGNORECASE,
)
# A template without its comments, tags and variables.
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# The attributes that people read; all others are for the browser.
MARKUP = re.compile(r"<[^>]*>", re.DOTALL)
READ_ATTRIBUTES = re.compile(
    r"\b(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"", re.DOTALL
)
STATEMENT = re.compile(r"\b(SELECT|FROM|WHERE|UPDATE|INSERT|JOIN)\b")
SCRIPT_TEXT = re.compile(r"\"([^\"\n]*)\"|`([^`]*)`")


def _template_texts(source: str) -> Iterator[str]:
    plain = CODE.sub(" ", source)
    yield from READ_ATTRIBUTES.findall(plain)
    yield MARKUP.sub(" ", plain)


def _is_for_people(text: str) -> bool:
    """A sentence or a label; names, addresses and statements of programs are not."""
    return not STATEMENT.search(text) and (" " in text or text[:1].isupper())


def _python_texts(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    unread = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # docstrings
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in unread and _is_for_people(node.value):
            yield node.value


def _script_texts(source: str) -> Iterator[str]:
    code = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    for match in SCRIPT_TEXT.finditer(code):
        text = re.sub(r"\$\{.*?\}", " ", match[1] or match[2] or "")
        if " " in text and not text.startswith((".", "#", "[")):
            yield text


def _files(folder: str, ending: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
        if not {"migrations", "vendor"} & set(path.parts) and path != WORDS_OF_FILES:
            yield path


def _texts() -> Iterator[tuple[str, str]]:
    readers = [
        ("templates", "html", _template_texts),
        ("templates", "txt", _template_texts),
        ("static/js", "js", _script_texts),
    ]
    readers += [(app, "py", _python_texts) for app in APPS]
    for folder, ending, read in readers:
        for path in _files(folder, ending):
            for text in read(path.read_text()):
                yield str(path.relative_to(ROOT)), " ".join(text.split())


@pytest.mark.slow
def test_no_banned_word_is_shown_to_people() -> None:
    found = [
        f"{name}: “{match[0]}” in “{text[:200]}”"
        for name, text in _texts()
        for match in BANNED.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        '<p title="Log in">{{ chosen }}</p>',
        "<p>Nobody</p>",
        "<b>25 %</b>",
        "<p>Came\n  in</p>",
    ],
)
def test_a_banned_word_is_found_where_people_read_it(text: str) -> None:
    assert any(BANNED.search(" ".join(part.split())) for part in _template_texts(text))


@pytest.mark.parametrize(
    "text",
    ["{# nobody #}<p data-nobody>All</p>", "{% if chosen %}<b>25%</b>{% endif %}"],
)
def test_what_only_programs_read_is_free(text: str) -> None:
    assert not any(BANNED.search(part) for part in _template_texts(text))


def _entries(source: str) -> dict[str, str]:
    """msgid → msgstr of the catalog's source, whose texts are on one line each."""
    lines = re.findall(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', source, re.M)
    found: dict[str, str] = {}
    message = ""
    for kind, text in lines:
        text = text.replace('\\"', '"')
        if kind == "msgid":
            message = text
        elif message and kind in ("msgstr", "msgstr[0]"):
            found[message] = text
    return found


def test_the_frameworks_words_are_compiled_as_they_are_written() -> None:
    written = _entries((CATALOG / "django.po").read_text())
    compiled = gettext.GNUTranslations(BytesIO((CATALOG / "django.mo").read_bytes()))
    assert len(written) > 20
    for message, words in written.items():
        assert compiled.ngettext(message, message, 1) in (words, message)
        assert words in (compiled.gettext(message), compiled.ngettext(message, "", 1))
        assert not BANNED.search(words)


def test_the_glossary_names_each_word_once() -> None:
    lines = (ROOT / "docs/glossary.md").read_text().splitlines()
    words = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert len(words) > 30
    assert len(words) == len(set(words))
