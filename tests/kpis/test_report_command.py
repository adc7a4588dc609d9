import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.factories import LeadFactory, LeadTagFactory, TagFactory
from tests.kpis.reference_case import ReferenceCase

MARCH = ("--from=2026-03-01", "--to=2026-03-31")


def printed(*arguments: str) -> str:
    output = io.StringIO()
    call_command("kpi_report", *arguments, stdout=output)
    return output.getvalue()


def report(*arguments: str) -> dict[str, Any]:
    return json.loads(printed(*arguments, "--format=json"))


def test_json_has_the_reference_figures(clinic: ReferenceCase) -> None:
    content = report(*MARCH, f"--as-of={clinic.content['as_of']}")
    expected = clinic.content["expected"]["ranges"]["R1"]
    assert content["period"] == expected["period"]
    assert content["cohort"] == expected["cohort"]
    assert content["scheduled"] == expected["scheduled"]


def test_a_basis_prints_only_its_figures(clinic: ReferenceCase) -> None:
    by_cohort = report(*MARCH, "--basis=cohort")
    by_period = report(*MARCH, "--basis=period")
    assert ("cohort" in by_cohort, "period" in by_cohort) == (True, False)
    assert ("cohort" in by_period, "period" in by_period) == (False, True)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["campaign", "platform", "source", "procedure"])
@pytest.mark.parametrize("basis", ["period", "cohort"])
def test_the_rows_of_every_table_add_up(
    clinic: ReferenceCase, by: str, basis: str
) -> None:
    rows = report(*MARCH, f"--by={by}", f"--basis={basis}")[f"by_{by}"]
    whole = report(*MARCH, f"--basis={basis}")[basis]
    assert sum(row["leads"] for row in rows) == whole["leads"] == 12
    assert sum(row["net_revenue_cents"] for row in rows) == whole["net_revenue_cents"]


@pytest.mark.parametrize("basis", ["period", "cohort"])
def test_a_lead_with_two_tags_counts_in_both_rows(db: None, basis: str) -> None:
    lead = LeadFactory(created_at=datetime(2026, 3, 5, 17, tzinfo=UTC))
    for name in ("Laser", "Skin"):
        LeadTagFactory(lead=lead, tag=TagFactory(name=name))
    LeadFactory(created_at=lead.created_at)
    rows = report(*MARCH, "--by=tag", f"--basis={basis}")["by_tag"]
    assert [(row["name"], row["leads"]) for row in rows] == [
        ("Laser", 1),
        ("Skin", 1),
        ("Without a tag", 1),
    ]
    assert "ad_clicks" not in rows[0]


def test_csv_and_table_print_the_same_rows(clinic: ReferenceCase) -> None:
    arguments = (*MARCH, "--by=campaign")
    rows = list(csv.reader(printed(*arguments, "--format=csv").splitlines()))
    lines = printed(*arguments).splitlines()
    assert len(rows) == len(lines) == 6
    for row, line in zip(rows, lines, strict=True):
        assert " ".join(filter(None, row)) == " ".join(line.split())


def test_the_whole_report_comes_as_figure_and_value(clinic: ReferenceCase) -> None:
    rows = dict(csv.reader(printed(*MARCH, "--format=csv").splitlines()))
    assert rows["period.cpl_cents"] == "57500"
    assert rows["by_campaign[Google Surgery].roas"] == "1.285713"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--from=2026-03-31", "--to=2026-03-01"), "start date is after"),
        (("--from=tomorrow", "--to=2026-03-01"), "Enter both dates like"),
        (("--from=1999-12-31", "--to=2026-03-01"), "between 2000 and 2100"),
        ((*MARCH, "--as-of=noon"), "Enter --as-of like"),
    ],
)
def test_bad_arguments_end_with_a_sentence_and_code_2(
    arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as caught:
        printed(*arguments)
    assert caught.value.returncode == 2
