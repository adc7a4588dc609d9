"""The description as JSON, and as a page for developers: for everybody."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from api.description.building import PROBLEMS, describe, field_mapping
from api.description.reading import read_groups
from api.ground.shaping import to_json


@cache
def _description() -> dict[str, Any]:
    return describe()


@require_GET
def openapi_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(to_json(_description()), content_type="application/json")


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """It says nothing of this clinic."""
    return render(
        request,
        "api/docs.html",
        {
            "groups": read_groups(),
            "problems": PROBLEMS.items(),
            "mapping": field_mapping(),
        },
    )
