"""Stages and tags: what a manager sets up."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminColorInputWidget

from leads.models import PipelineStage, Tag
from leads.models.tag import ColorField
from medspa.clinic_admin import ClinicAdmin


def swatch(row: Any) -> SafeString:
    return format_html(
        '<span class="stage-dot" style="background:{}"></span>{}', row.color, row
    )


@admin.register(PipelineStage)
class PipelineStageAdmin(ClinicAdmin):
    list_display = ["shown_name", "order", "outcome", "chance", "target_days"]
    ordering = ["order"]
    fields = [
        "name",
        "order",
        "color",
        "outcome",
        "win_probability_bps",
        "records_kpi",
        "target_days",
    ]
    formfield_overrides = {ColorField: {"widget": UnfoldAdminColorInputWidget}}

    @admin.display(description="name", ordering="name")
    def shown_name(self, stage: PipelineStage) -> SafeString:
        return swatch(stage)

    @admin.display(description="chance", ordering="win_probability_bps")
    def chance(self, stage: PipelineStage) -> str:
        return f"{stage.win_probability_bps / 100:g} %"


@admin.register(Tag)
class TagAdmin(ClinicAdmin):
    list_display = ["shown_name"]
    search_fields = ["name"]
    fields = ["name", "color"]
    formfield_overrides = {ColorField: {"widget": UnfoldAdminColorInputWidget}}

    @admin.display(description="name", ordering="name")
    def shown_name(self, tag: Tag) -> SafeString:
        return swatch(tag)
