"""Edits of a text of SQL, each of which changes what it asks for."""

import re
from collections.abc import Iterator

WORDS = re.compile(
    r"\b(SELECT|WHERE|JOIN|GROUP BY|INSERT INTO|UPDATE|DELETE FROM|VALUES|AND|"
    r"UNION|COALESCE|FILTER|RETURNING|LATERAL|EXISTS)\b"
)
SWAPS = [
    (r"<=", "<", "<= → <"),
    (r">=", ">", ">= → >"),
    (r"(?<![<>=!-])<(?![=>])", "<=", "< → <="),
    (r"(?<![<>=!-])>(?![=])", ">=", "> → >="),
    (r"(?<![<>=!:])=(?![=>])", "<>", "= → <>"),
    (r"<>", "=", "<> → ="),
    (r"\bIS NOT NULL\b", "IS NULL", "IS NOT NULL → IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL", "IS NULL → IS NOT NULL"),
    (r"\bNOT EXISTS\b", "EXISTS", "NOT EXISTS → EXISTS"),
    (r"\bLEFT JOIN\b", "JOIN", "LEFT JOIN → JOIN"),
    (r"\bAND\b", "OR", "AND → OR"),
    (r"\bOR\b", "AND", "OR → AND"),
    (r"\bmin\(", "max(", "min → max"),
    (r"\bmax\(", "min(", "max → min"),
    (r"\bgreatest\(", "least(", "greatest → least"),
    (r"\bleast\(", "greatest(", "least → greatest"),
    (r"\bDISTINCT (?!ON)", "", "drop DISTINCT"),
    (r"\bDESC\b", "ASC", "DESC → ASC"),
    (r"\bUNION ALL\b", "UNION", "UNION ALL → UNION"),
    (r"(?<=[\w)]) \+ (?=[\w(:])", " - ", "+ → -"),
    (r"(?<=[\w)]) - (?=[\w(:])", " + ", "- → +"),
]
CONDITION = re.compile(r"\bAND\s+(?:NOT\s+)?[\w.\"%()]+\s*(?:=|<>|<=|>=|<|>|IS|IN)")
# The length of a cast is that of the column: more of it holds no more.
NUMBER = re.compile(r"(?<![\w.%{$'])(?<!varchar\()(\d+)(?![\w.}'])")


def looks_like_sql(text: str) -> bool:
    return bool(WORDS.search(text)) and text.strip().count(" ") >= 2


def edits(raw: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, new text, kind) of every edit."""
    for pattern, text, kind in SWAPS:
        for found in re.finditer(pattern, raw):
            yield found.start(), found.end(), text, kind
    for found in CONDITION.finditer(raw):
        end = _end_of_condition(raw, found.start() + 3)
        yield found.start(), end, "", "drop condition"
    for found in NUMBER.finditer(raw):
        yield found.start(), found.end(), str(int(found[1]) + 1), "number"


def _end_of_condition(raw: str, start: int) -> int:
    """Where the condition ends: at the next AND, OR, clause or closing bracket."""
    depth = 0
    stop = re.compile(
        r"[()]|\b(?:AND|OR|GROUP BY|ORDER BY|LIMIT|UNION|WHERE|THEN|WINDOW|HAVING)\b|;"
        r"|\"\"\"|\"$"
    )
    for found in stop.finditer(raw, start):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            if depth == 0:
                return found.start()
            depth -= 1
        elif depth == 0:
            return found.start()
    return len(raw)
