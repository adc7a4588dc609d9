"""`manage.py kpi_definitions`: print what every KPI means, as Markdown."""

from typing import Any

from django.core.management.base import BaseCommand

from kpis.metrics.definitions.page import definitions_page


class Command(BaseCommand):
    help = "Print what each KPI means. docs/kpis.md is this page."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(definitions_page(), ending="")
