import pytest

from medspa.postgres import sql_files

FILE = """\
-- What this file is for.

-- name: first
-- Two lines
-- that describe it.
SELECT 1
-- a comment inside stays
FROM t;

-- name: second
SELECT '%s';
"""


def test_a_block_is_its_sql_without_name_and_description():
    assert sql_files.parsed(FILE) == {
        "first": "SELECT 1\n-- a comment inside stays\nFROM t;",
        "second": "SELECT '%s';",
    }


def test_a_file_without_names_has_no_blocks():
    assert sql_files.parsed("-- only an introduction\nSELECT 1;\n") == {}


def test_two_blocks_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two blocks are named first"):
        sql_files.parsed(FILE + "-- name: first\nSELECT 2;\n")


@pytest.mark.parametrize(
    "text", ["-- name: x\n", "-- name: x\n-- words\n-- name: y\nSELECT 1"]
)
def test_a_block_without_sql_is_refused(text):
    with pytest.raises(ValueError, match="the block x is empty"):
        sql_files.parsed(text)


@pytest.fixture
def app(tmp_path, monkeypatch):
    folder = tmp_path / "an_app_with_sql" / "sql"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "queries.sql").write_text(FILE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_a_block_is_asked_for_by_app_file_and_name(app):
    assert sql_files.sql("an_app_with_sql", "queries", "second") == "SELECT '%s';"
    with pytest.raises(KeyError):
        sql_files.sql("an_app_with_sql", "queries", "third")


def test_a_fault_names_the_file(app):
    (app / "wrong.sql").write_text("-- name: x\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"an_app_with_sql/sql/wrong\.sql: the block x"
    ):
        sql_files.sql_blocks("an_app_with_sql", "wrong")
