"""Leads in the search that opens on every page, found as the lead list finds them."""

from typing import Any

from django.urls import reverse

from leads.lead_list import ListRow, read_listing
from leads.search import SEARCH_TAKES, SearchKind
from leads.selection.list_filters import read_list_filters
from leads.selection.query import Query, encode
from leads.view_schema import ListColumn
from medspa.web.site_search import SearchResult, SiteSearch

MOST_LEADS_FOUND = 8


def find_leads(person: Any, typed: str) -> list[SearchResult]:
    """The first leads of the list, and the list itself if it has more."""
    query = Query({"q": [typed]})
    filters, _ = read_list_filters(query, person)
    if filters.search.kind is SearchKind.NOTHING:
        return []
    listing = read_listing(filters, columns=(ListColumn.STAGE, ListColumn.CONTACT))
    rows = listing.rows if listing else ()
    found = [_result(row) for row in rows[:MOST_LEADS_FOUND]]
    if len(rows) > MOST_LEADS_FOUND:
        more = f"{reverse('leads')}?{encode(query)}"
        found.append(SearchResult(f"All leads matching “{typed}”", more, "contacts"))
    return found


def _result(row: ListRow) -> SearchResult:
    stage, contact = (cell.value for cell in row.cells)
    said = [getattr(stage, "name", ""), str(contact or ""), row.warning]
    return SearchResult(
        row.first_name, row.address, "contacts", " · ".join(filter(None, said))
    )


LEAD_SEARCH = SiteSearch("leads.view_lead", find_leads, SEARCH_TAKES)
