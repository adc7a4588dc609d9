"""The rows of the lead list under its filters, in its order."""

from dataclasses import replace

from leads.models import Lead
from leads.models.lead_queries import LeadQuerySet
from leads.search import Search, SearchKind
from leads.selection.filter_kinds import NONE
from leads.selection.list_filters import ListFilter
from leads.selection.orders import (
    CREATION_ORDERS,
    NAME_ORDERS,
    STAGE_ORDERS,
    SUMMARY_COLUMNS,
    OrderedRows,
    if_read,
    lead_rows,
    period_rows,
    summary_rows,
)
from leads.view_schema import ListOrder

# Filters whose index has the order of creation, and their columns.
INDEXED_BY_CREATION = {
    "campaign": "campaign",
    "source": "source",
    "platform": "ad_platform",
}


def leads_of(filters: ListFilter, stage: str) -> LeadQuerySet:
    """The condition on the leads of rows: of one stage they are already, if any."""
    return filters.leads_of_any_stage if stage else filters.leads


def rows_of(filters: ListFilter) -> OrderedRows:
    """The rows of the list, in its order."""
    order, stage = filters.order, filters.stage_id
    is_all = filters.is_by_stage_alone and (stage or not filters.is_used)
    leads = None if is_all else if_read(lambda: leads_of(filters, stage))
    if order in STAGE_ORDERS:
        is_lost = bool(filters.only_value("lost"))
        window = filters.window(order)
        return period_rows(leads, stage, order, window, is_lost=is_lost)
    if order in SUMMARY_COLUMNS:
        return summary_rows(leads, order, filters.window(order))
    rows = lead_rows(leads, order, _among(filters, order))
    return replace(rows, is_near=order in CREATION_ORDERS and not _by_index(filters))


def _among(filters: ListFilter, order: ListOrder) -> LeadQuerySet:
    """The leads of the one filter whose index has the order, else every active one."""
    if order in NAME_ORDERS:
        search = Search.read(filters.q)
        if search.kind is SearchKind.NAME:
            return Lead.objects.named_like(search.text)
        return Lead.objects.all()
    leads = Lead.objects.filter(filters.window(order))
    return leads.filter(**_by_index(filters))


def _by_index(filters: ListFilter) -> dict[str, str]:
    """The one filter whose index has the order of creation, if there is one."""
    for name, column in INDEXED_BY_CREATION.items():
        value = filters.only_value(name)
        if value and value != NONE:
            return {column: value}
    return {}
