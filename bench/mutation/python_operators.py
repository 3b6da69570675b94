"""Generic mistakes in Python: each operator names an edit of one node of the syntax tree."""

import ast
from collections.abc import Callable, Iterator, Mapping

from bench.mutation.scope import Everything, Reach
from bench.mutation.site import Site

Edit = tuple[ast.AST, str]
Operator = Callable[[ast.AST], Iterator[Edit]]

_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "//",
    ast.Div: "*",
}
_EMPTY = {"str": '""', "bool": "False", "int": "0", "Value": "None"}
_LOST_CALLS = frozenset({"order_by", "where", "offset", "casefold", "strip", "rstrip", "outerjoin"})


def negate_condition(node: ast.AST) -> Iterator[Edit]:
    """`if full:` becomes `if not full:`."""
    if isinstance(node, ast.If | ast.IfExp):
        yield node.test, f"not ({ast.unparse(node.test)})"
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield test, f"not ({ast.unparse(test)})"


def swap_comparison(node: ast.AST) -> Iterator[Edit]:
    """`size < bound` becomes `size <= bound`."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
        yield node, f"{left} {_COMPARISONS[type(node.ops[0])]} {right}"


def swap_boolean(node: ast.AST) -> Iterator[Edit]:
    """`and` becomes `or`, and the other way round."""
    if isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        yield node, "(" + word.join(f"({ast.unparse(value)})" for value in node.values) + ")"


def drop_check(node: ast.AST) -> Iterator[Edit]:
    """Forget a refusal."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield node, "pass"


def drop_statement(node: ast.AST) -> Iterator[Edit]:
    """Forget a call, or something that was to be kept."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    keeps = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    if is_call or keeps:
        yield node, "pass"


def shift_by_one(node: ast.AST) -> Iterator[Edit]:
    """Make a whole number one too large."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, str(node.value + 1)


def change_arithmetic(node: ast.AST) -> Iterator[Edit]:
    """`+` becomes `-`, `*` becomes `//`."""
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC and not _is_text(node):
        if isinstance(node.right, ast.Constant) and node.right.value == 0:
            return
        sign = _ARITHMETIC[type(node.op)]
        yield node, f"({ast.unparse(node.left)}) {sign} ({ast.unparse(node.right)})"


def swap_arguments(node: ast.AST) -> Iterator[Edit]:
    """Two arguments change places."""
    if not isinstance(node, ast.Call) or len(node.args) < 2:  # noqa: PLR2004  # a pair
        return
    first, second, *rest = node.args
    swapped = ast.Call(func=node.func, args=[second, first, *rest], keywords=node.keywords)
    if not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
        yield node, ast.unparse(swapped)


def empty_result(node: ast.AST) -> Iterator[Edit]:
    """Let a function give nothing back."""
    if not isinstance(node, ast.FunctionDef) or not isinstance(node.returns, ast.Name):
        return
    empty = _EMPTY.get(node.returns.id)
    returns = [part for part in ast.walk(node) if isinstance(part, ast.Return) and part.value]
    for part in returns:
        if empty and part.value and ast.unparse(part.value) not in (empty, "''"):
            yield part.value, empty


def drop_call(node: ast.AST) -> Iterator[Edit]:
    """Leave out a filter, an order, or the tidying of a text."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _LOST_CALLS and node.func.attr != "outerjoin":
            yield node, ast.unparse(node.func.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        if node.func.id == "sorted":
            yield node, f"list({ast.unparse(node.args[0])})"
        elif node.func.id == "folded":
            yield node, ast.unparse(node.args[0])


def misspell(node: ast.AST) -> Iterator[Edit]:
    """Words that people read lose their last letter."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        said = node.exc.args[0]
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            yield said, repr(said.value[:-1])


OPERATORS: Mapping[str, Operator] = {
    "condition negated": negate_condition,
    "comparison changed": swap_comparison,
    "and/or swapped": swap_boolean,
    "check dropped": drop_check,
    "statement dropped": drop_statement,
    "off by one": shift_by_one,
    "arithmetic changed": change_arithmetic,
    "arguments swapped": swap_arguments,
    "nothing returned": empty_result,
    "filter, order or tidying dropped": drop_call,
    "message misspelt": misspell,
}


def python_sites(files: Mapping[str, bytes], reach: Reach | Everything) -> Iterator[Site]:
    """Find every place within the scope where an operator applies."""
    for path in reach.files(files):
        source = files[path].decode()
        lines = _line_starts(source)
        for name, function in _functions(ast.parse(source)):
            if not reach.covers(path, name):
                continue
            for operator, (node, new) in _edits(function):
                site = _site(source, lines, path=path, edit=(operator, node, new))
                if site is not None and reach.sees(_lines_of(source, node)):
                    yield site


def _edits(function: ast.FunctionDef) -> Iterator[tuple[str, Edit]]:
    for node in _executed(function):
        for operator, edits in OPERATORS.items():
            for edit in edits(node):
                yield operator, edit


def _executed(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Walk a function without its docstring, its annotations and its decorators."""
    yield function
    for statement in function.body:
        yield from _without_slices(statement)


def _without_slices(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree; where a slice ends decides nothing for texts that are shorter."""
    if not isinstance(node, ast.Slice):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from _without_slices(child)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}", part


def _site(
    source: str, lines: list[int], *, path: str, edit: tuple[str, ast.AST, str]
) -> Site | None:
    operator, node, new = edit
    old = ast.get_source_segment(source, node)
    if old is None or not isinstance(node, ast.expr | ast.stmt) or node.end_lineno is None:
        return None
    if old == new:
        return None
    start = lines[node.lineno - 1] + node.col_offset
    return Site(
        operator=operator,
        path=path,
        line=node.lineno,
        start=start,
        end=start + len(old.encode()),
        old=old,
        new=new if "\n" not in old or isinstance(node, ast.stmt) else f"({new})",
    )


def _lines_of(source: str, node: ast.AST) -> str:
    if not isinstance(node, ast.expr | ast.stmt):
        return ""
    return "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])


def _line_starts(source: str) -> list[int]:
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(part, ast.JoinedStr | ast.List | ast.IfExp) for part in ast.walk(node))
