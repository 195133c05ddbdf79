"""Values that a file computes with and gives no name: what a subtraction takes apart, and parts of arrays in products.

``e = A[L] - Y[:, rows]`` names neither predictions nor targets; ``(h @ W2 - y) / n`` no predictions. Such an operand is
told by the way in which it is written. Standard library only.
"""

import ast

PRODUCTS = ("dot", "matmul", "outer", "inner")
SHORTER = ("max", "amax", "min", "amin", "mean", "sum", "std", "var", "sqrt", "log", "abs", "len", "ones", "zeros")
"""Calls that give neither predictions nor targets."""


class Operands(ast.NodeTransformer):
    """Puts ``tell(node, text)`` in the place of each operand that is to be told."""

    def __init__(self, tell):
        self.tell = tell

    def visit_BinOp(self, node):
        """A sum or a product."""
        if isinstance(node.op, ast.Sub):
            # one of a number, or of what is told as an increment, is no error
            plain = any(isinstance(part, ast.Constant) or _is_told(part) for part in (node.left, node.right))
            worth = _nothing if plain else _has_error
        else:
            worth = _is_part if isinstance(node.op, ast.MatMult) else _nothing
        node.left, node.right = self._told(node.left, worth), self._told(node.right, worth)
        return node

    def visit_Call(self, node):
        """A product, or a difference, by a function's name."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        worth = _is_part if name in PRODUCTS else _has_error if name == "subtract" else _nothing
        if isinstance(node.func, ast.Attribute):
            node.func.value = self._told(node.func.value, worth if name in PRODUCTS else _nothing)
        node.args = [self._told(part, worth) for part in node.args]
        node.keywords = [self.visit(part) for part in node.keywords]
        return node

    def visit_Lambda(self, node):
        """A function without a name: what it computes is told by who calls it."""
        return node

    def parts(self, indexes):
        """Tell the parts of arrays that are indexes of another."""
        indexes.elts = [self._told(part, _is_part) for part in indexes.elts]
        return indexes

    def _told(self, node, worth):
        told, text = worth(node), ast.unparse(node)
        node = self.visit(node)
        return self.tell(node, text[:120]) if told else node


def _nothing(node):
    return False


def _is_told(node):
    """Say whether a node is a call of the recorder's."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("__backlit_")


def _is_part(node):
    """Say whether an operand is a part of an array: X[i], X[:, rows]."""
    return isinstance(node, ast.Subscript) and not any(
        (isinstance(part, ast.Constant) and part.value is None)
        or (isinstance(part, ast.Attribute) and part.attr == "newaxis")
        for part in ast.walk(node.slice)
    )


def _has_error(node):
    """Say whether an operand of a subtraction may be targets or predictions."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name not in SHORTER
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult) or _is_sum(node) or _is_quotient(node)
    return _is_part(node)


def _is_sum(node):
    """Say whether something computed is added: h @ W + b."""
    inside = [part for part in ast.walk(node) if part is not node]
    made = any(isinstance(part, (ast.Call, ast.MatMult, ast.Mult)) for part in inside)
    return isinstance(node.op, ast.Add) and made


def _is_quotient(node):
    """Say whether it may be a sigmoid or a softmax; what a step is divided by is another one."""
    return isinstance(node.op, ast.Div) and isinstance(node.left, (ast.Constant, ast.Call))
