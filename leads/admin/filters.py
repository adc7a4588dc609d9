"""Filters of the lead list."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from leads.models import PipelineStage, Tag


class RowFilter(admin.SimpleListFilter):
    """One row of a small set-up table; what no longer exists is told."""

    model: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(row.pk, str(row)) for row in self.model.objects.all()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        if self.value() not in dict(self.lookup_choices):
            messages.warning(
                request, f"The {self.title} of this link no longer exists."
            )
            return queryset
        return self.narrow(queryset)

    def narrow(self, queryset: Any) -> Any:
        raise TypeError(f"{type(self).__name__} does not say how it narrows.")


class StageFilter(RowFilter):
    title = "stage"
    parameter_name = "stage"
    model = PipelineStage

    def narrow(self, queryset: Any) -> Any:
        return queryset.filter(stays__left_at__isnull=True, stays__stage=self.value())


class TagFilter(RowFilter):
    title = "tag"
    parameter_name = "tag"
    model = Tag

    def narrow(self, queryset: Any) -> Any:
        return queryset.filter(lead_tags__tag=self.value())


class MineFilter(admin.SimpleListFilter):
    title = "assigned"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "To me"), ("nobody", "To nobody")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user)
        if self.value() == "nobody":
            return queryset.filter(assigned_to__isnull=True)
        return queryset
