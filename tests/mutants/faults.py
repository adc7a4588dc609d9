"""The faults that are planted: small edits of one place in a Python or SQL file.

Why the runner is our own: docs/decisions/0015-a-mutation-runner-of-our-own.md.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medspa.postgres.sql_files import NAME_LINE
from tests.mutants import sql

COMPARISONS = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
OPERATORS = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
# Methods of a QuerySet, a list or a text that can be left out, or swapped.
DROPPED_CALLS = {
    "filter", "exclude", "order_by", "distinct", "select_for_update", "strip",
    "lower", "casefold", "upper", "reverse",
}  # fmt: skip
SWAPPED_NAMES = {
    "min": "max", "max": "min", "any": "all", "all": "any",
    "Greatest": "Least", "Least": "Greatest", "Max": "Min", "Min": "Max",
    "first": "last", "last": "first", "exclude": "filter",
}  # fmt: skip
GENERICS = {
    "dict", "list", "set", "frozenset", "tuple", "type", "Callable", "Iterable",
    "Iterator", "Mapping", "Sequence",
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Characters `start` to `end` of the file become `text`."""

    path: Path
    line: int
    start: int
    end: int
    text: str
    kind: str

    def planted(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]


def faults_of(path: Path) -> list[Fault]:
    """Every fault for one file, in the order of its lines."""
    source = path.read_text()
    if path.suffix == ".sql":
        return sorted(_faults_of_sql(path, source), key=lambda fault: fault.start)
    finder = _Finder(path, source)
    found = {
        (fault.start, fault.end, fault.text): fault
        for fault in finder.visit_all(ast.parse(source))
        if _is_python(fault.planted(source))
    }
    return sorted(found.values(), key=lambda fault: (fault.line, fault.start))


def _faults_of_sql(path: Path, source: str) -> Iterator[Fault]:
    """The edits of each named block, its comments left out."""
    comments = [found.span() for found in re.finditer("--.*", source)]
    begins = [found.end() for found in NAME_LINE.finditer(source)]
    ends = [found.start() for found in NAME_LINE.finditer(source)][1:]
    for start_job, stop in zip(begins, [*ends, len(source)], strict=True):
        for first, last, text, kind in sql.edits(source[start_job:stop].rstrip()):
            start, end = start_job + first, start_job + last
            if not any(opens <= start < closes for opens, closes in comments):
                line = source.count("\n", 0, start) + 1
                yield Fault(path, line, start, end, text, kind)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


class _Finder:
    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.source = source
        lines = source.splitlines(keepends=True)
        self.lines = lines
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))

    def visit_all(self, tree: ast.AST) -> Iterator[Fault]:
        # Python 3.11 doesn't know where the parts of an f-string are.
        left_out = (
            _docstrings(tree)
            | _exported_names(tree)
            | {
                part
                for node in ast.walk(tree)
                for left_out in (
                    _annotation(node),
                    _type_arguments(node),
                    _formatted(node),
                    _strength(node),
                )
                if left_out
                for part in ast.walk(left_out)
            }
        )
        for node in ast.walk(tree):
            if node in left_out:
                continue
            for text, where, kind in self._edits(node):
                yield self._fault(where, text, kind)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._sql(node)

    def _edits(self, node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                if type(op) in COMPARISONS:
                    sign = COMPARISONS[type(op)]
                    yield f"{self._of(left)} {sign} {self._of(right)}", node, "compare"
            case ast.BoolOp(op=op, values=values):
                joined = " or " if isinstance(op, ast.And) else " and "
                yield f"({joined.join(map(self._in, values))})", node, "and/or"
                for dropped in values:
                    rest = [each for each in values if each is not dropped]
                    word = " and " if isinstance(op, ast.And) else " or "
                    text = word.join(map(self._in, rest))
                    yield f"({text})", node, "drop condition"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._in(operand), node, "drop not"
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                yield f"not {self._in(test)}", test, "negate"
            case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
                sign = OPERATORS[type(op)]
                yield f"{self._in(left)} {sign} {self._in(right)}", node, "operator"
            case ast.Constant(value=bool(value)):
                yield str(not value), node, "boolean"
            case ast.Constant(value=int(value)):
                yield str(value + 1), node, "number"
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if (
                attr in DROPPED_CALLS
            ):
                yield self._of(value), node, f"drop .{attr}()"
            case ast.Return(value=value) if not _is_nothing_or_false(value):
                yield "return None", node, "return nothing"
            case ast.Expr(value=ast.Call()) | ast.Raise():
                yield "pass", node, "drop statement"
            case ast.Dict(keys=keys, values=values) if len(keys) > 1:
                yield from self._without_entries(node)
            case ast.Tuple() | ast.List() | ast.Set() if len(node.elts) > 1:
                yield from self._without_elements(node)
            case ast.keyword(arg=str(arg), value=value) if arg in ("key", "default"):
                yield "None", value, f"{arg}=None"
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if "atomic" in self._of(decorator):
                    yield "staticmethod(lambda f: f).__func__", decorator, "drop atomic"
        yield from self._swapped_name(node)

    def _swapped_name(self, node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if isinstance(node, ast.Name) and name in SWAPPED_NAMES:
            yield SWAPPED_NAMES[name], node, f"{name} → {SWAPPED_NAMES[name]}"
        if isinstance(node, ast.Attribute) and name in SWAPPED_NAMES:
            if name in ("first", "last") and _finds_one_row(node.value):
                return
            text = f"{self._of(node.value)}.{SWAPPED_NAMES[name]}"
            yield text, node, f"{name} → {SWAPPED_NAMES[name]}"

    def _without_entries(self, node: ast.Dict) -> Iterator[tuple[str, ast.AST, str]]:
        pairs = [
            f"**{self._of(value)}"
            if key is None
            else f"{self._of(key)}: {self._of(value)}"
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        for index in range(len(pairs)):
            rest = ", ".join(pairs[:index] + pairs[index + 1 :])
            yield f"{{{rest}}}", node, "drop entry"

    def _without_elements(
        self, node: ast.Tuple | ast.List | ast.Set
    ) -> Iterator[tuple[str, ast.AST, str]]:
        if not isinstance(node, ast.Set) and not isinstance(node.ctx, ast.Load):
            return
        opening, closing = {ast.Tuple: "()", ast.List: "[]", ast.Set: "{}"}[type(node)]
        parts = [self._of(each) for each in node.elts]
        for index in range(len(parts)):
            rest = ", ".join(parts[:index] + parts[index + 1 :])
            yield f"{opening}{rest},{closing}", node, "drop element"

    def _sql(self, node: ast.Constant) -> Iterator[Fault]:
        """Edits inside a text that looks like SQL, also in parts of an f-string."""
        start, end = self._span(node)
        raw = self.source[start:end]
        if not sql.looks_like_sql(str(node.value)):
            return
        for first, last, text, kind in sql.edits(raw):
            line = node.lineno + raw.count("\n", 0, first)
            yield Fault(
                self.path, line, start + first, start + last, text, f"SQL {kind}"
            )

    def _fault(self, where: ast.AST, text: str, kind: str) -> Fault:
        start, end = self._span(where)
        line: int = where.lineno  # type: ignore[attr-defined]
        return Fault(self.path, line, start, end, text, kind)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        place: ast.expr = node  # type: ignore[assignment]
        assert place.end_lineno is not None and place.end_col_offset is not None
        return (
            self._at(place.lineno, place.col_offset),
            self._at(place.end_lineno, place.end_col_offset),
        )

    def _at(self, line: int, column: int) -> int:
        """Columns of the syntax tree count bytes."""
        text = self.lines[line - 1].encode()[:column].decode()
        return self.starts[line - 1] + len(text)

    def _of(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.source[start:end]

    def _in(self, node: ast.AST) -> str:
        return f"({self._of(node)})"


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }


def _exported_names(tree: ast.AST) -> set[ast.AST]:
    """The list `__all__`, which no program reads."""
    return {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for part in ast.walk(node.value)
    }


def _finds_one_row(node: ast.expr) -> bool:
    """`….filter(pk=…)`: its first row is its last."""
    return isinstance(node, ast.Call) and any(
        keyword.arg in ("pk", "history_id") for keyword in node.keywords
    )


def _annotation(node: ast.AST) -> ast.expr | None:
    return getattr(node, "annotation", None) or getattr(node, "returns", None)


def _type_arguments(node: ast.AST) -> ast.AST | None:
    """What stands in the brackets of `dict[Slice, Counts]`, which only mypy reads."""
    is_type = isinstance(node, ast.Subscript) and ast.unparse(node.value) in GENERICS
    return node.slice if isinstance(node, ast.Subscript) and is_type else None


def _formatted(node: ast.AST) -> ast.AST | None:
    return node if isinstance(node, ast.FormattedValue) else None


def _strength(node: ast.AST) -> ast.AST | None:
    """`no_key=True`: without it others wait where they need not, and no more."""
    is_no_key = isinstance(node, ast.keyword) and node.arg == "no_key"
    return node if is_no_key else None


def _is_nothing_or_false(node: ast.expr | None) -> bool:
    """None says no as well as False does."""
    return node is None or (
        isinstance(node, ast.Constant) and (node.value is None or node.value is False)
    )
