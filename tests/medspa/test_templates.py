"""Pages carry no indentation: it would be sent again for every row of a table."""

from pathlib import Path

from django.template import Context, Engine
from django.template.loader import get_template

from medspa.templatetags.clinic import commands
from medspa.web.templates import WithoutIndentation


def test_a_templates_lines_are_sent_without_their_indentation(tmp_path: Path) -> None:
    (tmp_path / "row.html").write_text(
        '<tr>\n\t{% if 1 %}\n    <td title="a  b">{{ x }}</td>\n  {% endif %}\n</tr>\n'
    )
    loader = WithoutIndentation(Engine(), [tmp_path])
    page = loader.get_template("row.html").render(Context({"x": "\n  2"}))
    assert page == '<tr>\n\n<td title="a  b">\n  2</td>\n\n</tr>\n'


def test_the_projects_templates_are_loaded_so() -> None:
    loaded = get_template("kpis/rows.html").template
    assert loaded.origin.loader.__class__ is WithoutIndentation


def test_what_is_to_be_typed_looks_so_and_nothing_else_is_markup() -> None:
    told = commands("Run `chmod <x>`, not <b>; then `a`.")
    assert told == (
        "Run <code>chmod &lt;x&gt;</code>, not &lt;b&gt;; then <code>a</code>."
    )
