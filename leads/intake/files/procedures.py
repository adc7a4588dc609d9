"""Words of a file's procedure column that may be another system's names for ours."""

from collections import Counter

from leads.intake.files.mapping import ColumnMapping
from leads.intake.files.table import FileTable
from leads.lists.procedure_names import may_be_a_procedure
from medspa.reading.cleaning import clean_text
from medspa.reading.word_keys import key

# What fewer rows say may be a note about one person.
ROWS_TO_WAIT_FOR_A_NAME = 3
MOST_WORDS = 200


def repeated_words(table: FileTable, mapping: ColumnMapping) -> frozenset[str]:
    """The keys of the words that several rows of the file say."""
    if not mapping.columns.get("procedure"):
        return frozenset()
    said: Counter[str] = Counter()
    for row in table.rows():
        words = map(clean_text, mapping.cells(row.cells).get("procedure", ()))
        said.update({key(word) for word in words if may_be_a_procedure(word)})
    common = said.most_common(MOST_WORDS)
    return frozenset(word for word, rows in common if rows >= ROWS_TO_WAIT_FOR_A_NAME)
