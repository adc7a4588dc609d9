"""Whatever is uploaded or pasted ends in a result that adds up, or in a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.spend.export_columns import SpendFileRefused
from campaigns.spend.export_file import read_spend_file, read_spend_table
from campaigns.spend.pasting import read_pasted
from campaigns.spend.text import MAX_SPEND_CENTS

CELLS = st.sampled_from(
    [
        "Glow",
        "Total",
        "",
        "--",
        "2026-03",
        "2026-13",
        "Mar 2026",
        "1,200.50",
        "-5",
        "1e9",
        "99999999999999",
        "USD",
        "EUR",
        '"',
        "=cmd()",
        "\x00",
        "\u2028",
        "é",
    ]
)
HEADERS = st.sampled_from(
    [
        "Campaign,Month,Cost",
        "Campaign name,Day,Amount spent (USD)",
        "Campaign;Month;Spend;Currency",
        "Campaign\tReporting starts\tReporting ends\tCost",
        "Campaign,Cost",
        "",
    ]
)
ROWS = st.lists(
    st.tuples(st.sampled_from(",;\t"), st.lists(CELLS, max_size=5)).map(
        lambda row: row[0].join(row[1])
    ),
    max_size=8,
)


def check(read: object, said: object) -> None:
    try:
        spending = read(said)  # type: ignore[operator]
    except SpendFileRefused as refusal:
        assert str(refusal).endswith(".")
        return
    parts = (spending.used, spending.totals, spending.empty, len(spending.refused))
    assert spending.rows == sum(parts)
    for ranges in spending.ranges.values():
        for days, cents in ranges.items():
            assert days.days >= 1 and 0 <= cents <= MAX_SPEND_CENTS


@given(HEADERS, ROWS)
def test_tables_add_up_or_are_refused(header: str, rows: list[str]) -> None:
    check(read_spend_table, "\n".join([header, *rows]))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    check(read_spend_table, text)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(data: bytes, mark: bytes) -> None:
    check(read_spend_file, mark + data)


@given(st.text(max_size=300) | ROWS.map("\n".join))
def test_any_paste_is_days_or_sentences(text: str) -> None:
    pasted = read_pasted(text)
    assert all(why for _, why in pasted.refused)
    for days, cents in pasted.cents.items():
        assert days.days >= 1 and 0 <= cents <= MAX_SPEND_CENTS
