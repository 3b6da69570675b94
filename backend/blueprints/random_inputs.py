"""The names that stand for random inputs in a property, and the inputs that each one takes."""

import ast

# What a name is called says what it holds, as mathematicians and programmers write it.
RANDOM_INPUTS = {
    **dict.fromkeys(("n", "m", "k", "i", "j"), "whole number"),
    **dict.fromkeys(("x", "y", "z"), "number"),
    **dict.fromkeys(("s", "t", "text"), "text"),
    **dict.fromkeys(("xs", "ys", "zs"), "list of whole numbers"),
    **dict.fromkeys(("texts", "words"), "list of texts"),
    **dict.fromkeys(("p", "q", "flag"), "true or false"),
}


def inputs_of(expression: str) -> tuple[str, ...]:
    """Return the random inputs that an expression names, in order; raise SyntaxError."""
    tree = ast.parse(expression.strip(), mode="eval")
    loaded: dict[str, None] = {}
    own: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loaded[node.id] = None
        elif isinstance(node, ast.Name):
            own.add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
    return tuple(sorted(name for name in loaded if name in RANDOM_INPUTS and name not in own))
