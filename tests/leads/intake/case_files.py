"""Files that people really have, and how each should end."""

from dataclasses import dataclass, field
from pathlib import Path

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """`counts` are created, updated, skipped, failed; `again` those of a second run.

    `people` is what is stored of each lead in the order of the file, as far as the
    case is about it; `told` are parts of what people are told.
    """

    file: str
    counts: tuple[int, int, int, int]
    again: tuple[int, int, int, int]
    people: tuple[tuple[str, ...], ...] = ()
    told: tuple[str, ...] = ()
    fields: tuple[str, ...] = ("first_name", "email", "phone")
    failed: tuple[int, ...] = ()
    country: str = "US"
    forgotten: tuple[str, ...] = field(default=("zzlast", "canary"))

    def __str__(self) -> str:
        return self.file


CASE_FILES = (
    Case(
        "02_shared_phone",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Mia", "mia02@example.com", "+12125552201"),
            ("Leo", "leo02@example.com", "+12125552201"),
            ("Nia", "", "+12125552201"),
        ),
        ("2 rows have the phone of another lead", "possible duplicates: rows 3, 4."),
    ),
    Case(
        "03_dup_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada03@example.com", "+12125552301"),),
        (
            "Of “Email” and “Email” the first filled cell is taken.",
            "1 row has a second email or phone, which is also kept: row 2.",
        ),
    ),
    Case(
        "04_day_first",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Ada", "2021-03-12"),
            ("Bea", "2023-07-30"),
            ("Cleo", "2025-01-15"),
            ("Dina", "2023-07-16"),
        ),
        ("Dates like 3/4/2026 are read day first", "4 leads are more than a day old"),
        fields=("first_name", "created_at"),
    ),
    Case(
        "05_invisible",
        (8, 0, 0, 0),
        (0, 0, 8, 0),
        (
            ("Ada", "ada05@example.com", ""),
            ("Bea", "bea05@example.com", ""),
            ("Cleo", "", "+12125552305"),
            ("Dina", "dina05@example.com", ""),
            ("Eva", "eva05@example.com", ""),
            ("Fay", "fay05@example.com", ""),
            ("Gia", "gia05@example.com", ""),
            ("Hana", "hana05@example.com", ""),
        ),
    ),
    Case(
        "07_field_too_large",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (("Ada", "ada07@example.com", ""), ("Bea", "bea07@example.com", "")),
        ("1 column was skipped: Notes.",),
        forgotten=("xxxxxxxx",),
    ),
    Case(
        "07b_long_thread",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (("Ada", "ada07b@example.com", ""), ("Bea", "bea07b@example.com", "")),
        forgotten=("mail thread",),
    ),
    Case(
        "09_phone_and_mobile",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Ada", "", "+12125552310"),
            ("Bea", "", "+12125552311"),
            ("Cleo", "cleo09@example.com", "+12125552313"),
        ),
        ("1 row has a second email or phone, which is also kept: row 3.",),
    ),
    Case(
        "11_google_contacts",
        (2, 0, 0, 0),
        (0, 0, 2, 0),
        (
            ("Ada", "ada11@example.com", "+12125552316"),
            ("Bea", "bea11@example.com", "+12125552318"),
        ),
        (
            "Google Contacts",
            "7 columns were skipped: Middle Name, Last Name, Birthday, Notes, Labels,",
        ),
        forgotten=("zzlast", "likes botox", "1990-01", "mycontacts"),
    ),
    Case(
        "13_title_rows",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada13@example.com", "+12125552320"),),
        forgotten=("zzlast", "glow med spa"),
    ),
    Case(
        "14_example_in_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada14@example.com", "+12125552322"),),
    ),
    Case(
        "14b_year_header",
        (1, 0, 0, 0),
        (0, 0, 1, 0),
        (("Ada", "ada14b@example.com", "+12125552323"),),
        ("1 column was skipped: 2024-2025.",),
    ),
    Case(
        "15_honorifics",
        (5, 0, 0, 1),
        (0, 0, 5, 1),
        tuple((name,) for name in ("Sarah", "Ivan", "John", "Ada", "Otto")),
        ("A first name is required.",),
        fields=("first_name",),
        failed=(3,),
    ),
    Case(
        "24_dup_in_file",
        (1, 0, 3, 0),
        (0, 0, 4, 0),
        (("Ada", "ada24@example.com", "+12125552336"),),
        ("1 row matches by email a lead with another first name", ": row 5."),
    ),
    Case(
        "36_expected_value",
        (8, 0, 0, 0),
        (0, 0, 8, 0),
        (
            ("Ada", "120000"),
            ("Bea", "120050"),
            ("Cleo", ""),
            ("Dina", ""),
            ("Eva", ""),
            ("Fay", ""),
            ("Gia", ""),
            ("Hana", ""),
        ),
        (
            "5 expected values couldn't be read or aren't above zero, and were "
            "skipped: "
            "rows 4, 5, 6, 7, 8.",
            "1 procedure isn't in the list and was skipped: row 9.",
            "1 expected value was skipped because it needs a known procedure: row 9.",
        ),
        fields=("first_name", "expected"),
    ),
    Case(
        "37_backslash_into_campaign",
        (1, 0, 0, 1),
        (0, 0, 1, 1),
        (("Bea", "bea37@example.com", ""),),
        ("Text follows a closing quotation mark",),
        failed=(2,),
    ),
    Case(
        "38_backslash_into_tags",
        (0, 0, 0, 1),
        (0, 0, 0, 1),
        told=("Text follows a closing quotation mark",),
        failed=(2,),
    ),
    Case(
        "41_unquoted_comma_trailing_header",
        (1, 0, 0, 1),
        (0, 0, 1, 1),
        (("Bea", "bea41@example.com", ""),),
        ("The row has a cell under a column without a header.",),
        failed=(2,),
    ),
    Case(
        "43_gb",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Penny", "+447070860753", "2026-04-03"),
            ("Stephanie", "+447845157520", "2026-04-13"),
            ("Andrew", "+442079460958", "2026-04-05"),
            ("Kev", "+61353302874", "2026-04-04"),
        ),
        ("Dates like 3/4/2026 are read day first",),
        fields=("first_name", "phone", "created_at"),
        country="GB",
    ),
    Case(
        "44_placeholders",
        (6, 0, 0, 0),
        (0, 0, 6, 0),
        (
            ("Mia", "mia44@example.com", ""),
            ("Nia", "nia44@example.com", ""),
            ("Ola", "ola44@example.com", ""),
            ("Pia", "pia44@example.com", ""),
            ("Ria", "", "+12125552344"),
            ("Sia", "", "+12125552345"),
        ),
    ),
    Case(
        "46_shared_phone_no_email_first",
        (4, 0, 0, 0),
        (0, 0, 4, 0),
        (
            ("Cleo", "", "+12125552398"),
            ("Andrew", "andrew46@example.net", "+12125552398"),
            ("Mia", "mia46@example.net", "+12125552399"),
            ("Leo", "", "+12125552399"),
        ),
        ("possible duplicates: rows 3, 5.",),
    ),
    Case(
        "52_idn_same_address",
        (1, 0, 1, 0),
        (0, 0, 2, 0),
        (("Cleo", "cleo52@xn--mnchen-3ya.de", ""),),
    ),
    Case(
        "54_name_addr",
        (3, 0, 0, 0),
        (0, 0, 3, 0),
        (
            ("Joy", "joy54@example.com", ""),
            ("Kay", "kay54@example.com", ""),
            ("Lou", "lou54@example.com", ""),
        ),
    ),
)
