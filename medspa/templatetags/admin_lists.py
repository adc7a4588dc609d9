"""The theme's tags for lists, with rows that are named once and styled by `shell.css`.

The theme writes 26 classes into every cell and builds all headers anew for every row:
a page of 50 events had 283 kB. The cells are Django's own; what narrow screens show
beside a figure is its column's label.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.templatetags import admin_list
from django.template import Context, Library
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from unfold.templatetags import unfold_list

# Cells begin so: `<td class=…` or `<th class=…`.
TAG = len("<td")

register = Library()
register.tags = dict(unfold_list.register.tags)
register.filters = dict(unfold_list.register.filters)


@register.inclusion_tag("admin/change_list_results.html", takes_context=True)
def unfold_result_list(context: Context, changelist: Any) -> dict[str, Any]:
    headers = list(unfold_list.result_headers(changelist))
    page: Any = context.flatten()
    return {
        **page,
        "cl": changelist,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(header.get("sorted")) for header in headers),
        "rows": _rows(changelist, [header["text"] for header in headers]),
    }


def _rows(changelist: Any, labels: list[str]) -> Iterator[SafeString]:
    if changelist.list_display[0] == "action_checkbox":
        labels = ["Select", *labels[1:]]
    spoken = [f' data-label="{conditional_escape(capfirst(one))}"' for one in labels]
    for row in changelist.result_list:
        cells = admin_list.items_for_result(changelist, row, None)
        yield mark_safe(  # noqa: S308  (Django's cells and escaped labels)
            "".join(
                f"{cell[:TAG]}{label}{cell[TAG:]}"
                for cell, label in zip(cells, spoken, strict=True)
            )
        )
