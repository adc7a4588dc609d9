"""The rows of the lead list as HTML: what people entered is no HTML."""

from leads.lead_list import Listing, ListRow
from leads.lead_list.cells import Cell, Dot, TagChips
from leads.view_schema import ListOrder
from medspa.templatetags.clinic import jinja_part

BAD = '"><b>'
ESCAPED = "&quot;&gt;&lt;b&gt;"


def rows(row: ListRow, **values: object) -> str:
    listing = Listing((row,), 1, ListOrder.NEWEST)
    return jinja_part(
        "leads/list_rows.html",
        listing=listing,
        query="",
        origin=BAD,
        list_url="/leads/",
        may_log=True,
        **values,
    )


def test_what_people_entered_is_escaped_once_in_a_row() -> None:
    cells = [
        ("text", BAD),
        ("contact", BAD),
        ("dot", Dot(BAD, BAD)),
        ("tags", TagChips(((BAD, BAD),), (BAD,))),
    ]
    html = rows(
        ListRow(
            BAD,
            BAD,
            BAD,
            BAD,
            BAD,
            tuple(Cell("<td>", kind, value) for kind, value in cells),
            BAD,
        )
    )
    assert "<b>" not in html
    assert "&amp;gt;" not in html
    # Check box 2, link 3, call 2, text 2, email 2, log 5, note, cells 1 + 1 + 2 + 4.
    assert html.count(ESCAPED) == 25
