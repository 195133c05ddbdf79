"""A file's tree with a call beside each assignment, argument and printed value, so that a recorder sees them.

Standard library only. The lines of the file stay those of the file, and no name of its own is changed.
"""

import ast

import closures
import operands
import updaters
import written

# names that end in two underscores are not mangled inside a class
VALUE, CONTAINER, INCREMENT, SEEN, ARGUMENTS, TURN, CALL = (
    f"__backlit_{name}__" for name in ("value", "container", "increment", "seen", "arguments", "turn", "call")
)
ADDING = ("append", "insert", "extend")


def instrumented(source, filename):
    """Return the code of a file that tells what it assigns; raises SyntaxError as ``compile`` does."""
    tree = ast.parse(source, filename)
    tree = ast.fix_missing_locations(Instrument().visit(tree))
    return compile(tree, filename, "exec", dont_inherit=True)


class Instrument(ast.NodeTransformer):
    """Puts the calls in; ``scopes`` are the functions and classes around, innermost last."""

    def __init__(self):
        self.scopes = []
        self.globals = [set()]
        self.loops = 0
        self.made_of = {}
        self.updaters = frozenset()

    def visit_Module(self, node):
        """The file: what each name is given is looked up first."""
        self.updaters = updaters.updaters_of(node)
        for part in ast.walk(node):
            for target in part.targets if isinstance(part, ast.Assign) else ():
                for name, value in written.pairs(target, part.value):
                    self.made_of.setdefault(name, []).append(value)
        self.generic_visit(node)
        return node

    def _renews(self, name, value):
        """Say whether a value is made of a target's old self, or is a name for what was: W = new_W."""
        if isinstance(value, (ast.Tuple, ast.List)):
            return written.reads(value, name)
        other = ast.unparse(value) if isinstance(value, written.READ) else None
        return written.reads(value, name) or any(written.reads(made, name) for made in self.made_of.get(other, ()))

    def _inside(self, node, scope):
        self.scopes.append(scope)
        loops, self.loops = self.loops, 0
        names = {n for part in ast.walk(node) if isinstance(part, ast.Global) for n in part.names}
        self.globals.append(names if scope.kind == "def" else set())
        self.generic_visit(node)
        self.globals.pop()
        self.scopes.pop()
        self.loops = loops

    def visit_ClassDef(self, node):
        """A class."""
        self._inside(node, closures.Scope(node.name, "class", None, set(), ""))
        return node

    def visit_FunctionDef(self, node):
        """A function: its arguments are told first."""
        given = [*node.args.posonlyargs, *node.args.args]
        scope = closures.scope_of(node, self.scopes)
        self._inside(node, scope)
        names = [argument.arg for argument in [*given, *node.args.kwonlyargs] if argument.arg != scope.instance]
        self.scopes.append(scope)
        told = [_statement(self._call(ARGUMENTS, node.lineno, *self._where(), _dict(names)), node.body[0])]
        self.scopes.pop()
        if scope.call:
            made = ast.Assign([ast.Name(scope.call, ast.Store())], self._call(CALL, node.lineno))
            told.insert(0, ast.copy_location(made, node.body[0]))
        at = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body[at:at] = told
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Assign(self, node):
        """An assignment."""
        updated = {
            name for t in node.targets for name, value in written.pairs(t, node.value) if self._renews(name, value)
        }
        if updated and len(node.targets) == 1:
            node.value = self._incremented(node.targets[0], node.value)
        node.value = self._operands(node.value)
        self.generic_visit(node)
        return [node, *(t for target in node.targets for t in self._told(target, node, updated))]

    def visit_AnnAssign(self, node):
        """An assignment with a type."""
        if node.value is None:
            return node
        node.value = self._operands(node.value)
        self.generic_visit(node)
        return [node, *self._told(node.target, node, False)]

    def visit_AugAssign(self, node):
        """An increment."""
        reshaped = isinstance(node.target, ast.Attribute) and node.target.attr == "shape"
        if isinstance(node.op, (ast.Add, ast.Sub)) and not reshaped:
            node.value = self._increment(node.target, "+" if isinstance(node.op, ast.Add) else "-", node.value)
        told = list(self._told(node.target, node, "adds" if isinstance(node.op, (ast.Add, ast.Sub)) else True))
        node.value = self._operands(node.value)
        if isinstance(node.target, ast.Subscript) and isinstance(node.target.slice, ast.Tuple):
            # g[range(n), labels[rows]] -= 1
            node.target.slice = operands.Operands(self._operand).parts(node.target.slice)
        self.generic_visit(node)
        return [node, *told]

    def visit_For(self, node):
        """A loop: what it takes in hand is told."""
        node = self.visit_While(node)
        node.body[1:1] = self._told(node.target, node, False)
        return node

    def visit_While(self, node):
        """A loop: that a round begins is told."""
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1
        node.body.insert(0, _statement(self._call(TURN, node.lineno, self.loops), node))
        return node

    def visit_ListComp(self, node):
        """A comprehension: that a round begins is told where a step may be made in it."""
        steps = updaters.calls_any(node, self.updaters)
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1
        if steps:
            node.generators[0].ifs.insert(0, ast.copy_location(self._call(TURN, node.lineno, self.loops), node))
        return node

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_Return(self, node):
        """A result."""
        node.value = self._operands(node.value)
        self.generic_visit(node)
        if node.value is not None and self.scopes:
            name = f"{self.scopes[-1].name}()"
            node.value = self._call(SEEN, node.lineno, *self._where(), ast.Constant(name), node.value, "return")
        return node

    def visit_Expr(self, node):
        """A call that prints, or adds to a list."""
        call = node.value if isinstance(node.value, ast.Call) else None
        function = call.func if call else None
        if isinstance(function, ast.Name) and function.id == "print":
            call.args = [a if isinstance(a, ast.Starred) else self._printed(a) for a in call.args]
        adds = isinstance(function, ast.Attribute) and function.attr in ADDING
        if adds and call.args:
            call.args = [self._seen(a) if a is call.args[-1] else a for a in call.args]
        told = self._attribute_set(call) if call else None
        node.value = self._operands(node.value)
        self.generic_visit(node)
        if told is not None:
            return [node, told]
        return [node, *self._told(function.value, node, False)] if adds else node

    def _attribute_set(self, call):
        """Return the statement that tells what ``setattr(object, name, value)`` assigns, or None."""
        if not (isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3):
            return None
        thing, name, value = call.args
        if not isinstance(thing, (ast.Name, ast.Attribute)) or not written.plain(name):
            return None
        old = ast.unparse(ast.Call(ast.Name("getattr", ast.Load()), [thing, name], []))
        updated = any(isinstance(part, ast.Call) and ast.unparse(part) == old for part in ast.walk(value))
        parts = [ast.Constant(ast.unparse(thing)), _again(thing), _again(name), ast.Constant(updated)]
        root = thing if isinstance(thing, ast.Name) else None
        return _statement(self._call(VALUE, call.lineno, *self._where(root), *parts), call)

    def _printed(self, node):
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    part.value = self._seen(part.value)
            return node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            node.args = [a if isinstance(a, ast.Starred) else self._seen(a) for a in node.args]
            return node
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            many = isinstance(node.right, ast.Tuple)
            if many:
                node.right.elts = [self._seen(a) for a in node.right.elts]
            else:
                node.right = self._seen(node.right)
            return node
        return self._seen(node)

    def _seen(self, node):
        if isinstance(node, (ast.Constant, ast.Starred, ast.JoinedStr, ast.Lambda, ast.Yield, ast.Await)):
            return node
        name = "str" if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("str", "round") else None
        if name and len(node.args) > 0 and not isinstance(node.args[0], ast.Starred):
            node.args[0] = self._seen(node.args[0])
            return node
        text = ast.Constant(ast.unparse(node)[:120])
        return ast.copy_location(self._call(SEEN, node.lineno, *self._where(), text, node, "seen"), node)

    def _operands(self, value):
        """Return a value that tells its own parts that have no name."""
        return None if value is None else operands.Operands(self._operand).visit(value)

    def _operand(self, node, text):
        return ast.copy_location(self._call(SEEN, node.lineno, *self._where(), text, node, "operand"), node)

    def _incremented(self, target, value):
        """Mark what is added to a name where it stands for itself: W = W - rate * dW."""
        if isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub)):
            sign = "+" if isinstance(value.op, ast.Add) else "-"
            if written.same(target, value.left):
                value.right = self._increment(target, sign, value.right)
            elif sign == "+" and written.same(target, value.right):
                value.left = self._increment(target, sign, value.left)
        return value

    def _increment(self, target, sign, value):
        root, indexes = written.root(target)
        if root is None:
            return value
        source = ast.Constant(ast.unparse(value)[:200])
        held = _list([_again(index) for index in indexes]) if all(map(written.plain, indexes)) else ast.Constant(None)
        name, base, attribute = self._base(root)
        call = self._call(
            INCREMENT, value.lineno, *self._where(root), name, base, attribute, held, ast.Constant(sign), source, value
        )
        return ast.copy_location(call, value)

    def _told(self, target, node, updated):
        """Yield statements that tell a target's value."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                yield from self._told(part, node, updated)
            return
        if isinstance(updated, set):
            updated = ast.unparse(target) in updated
        if isinstance(target, ast.Starred):
            return
        if isinstance(target, ast.Attribute) and target.attr == "shape":
            # the array is given another shape: it is the array that is another then
            target, updated = target.value, False
        root, indexes = written.root(target)
        if root is None:
            return
        name, base, attribute = self._base(root)
        where = self._where(root)
        parts = [name, base, attribute, ast.Constant(updated)]
        kind = CONTAINER if indexes else VALUE
        yield _statement(self._call(kind, node.lineno, *where, *parts), node)

    def _base(self, root):
        """Return name, value and attribute of what is told: of ``a.W``, "a", ``a`` and "W"; of ``W``, "W" and W."""
        if isinstance(root, ast.Name):
            return ast.Constant(root.id), _again(root), ast.Constant(None)
        return ast.Constant(ast.unparse(root.value)), _again(root.value), ast.Constant(root.attr)

    def _where(self, root=None):
        """Return the scope's name, and the instance whose method it is."""
        module = isinstance(root, ast.Name) and root.id in self.globals[-1]
        if module or not any(scope.kind == "def" for scope in self.scopes):
            return ast.Constant(""), ast.Constant(None)
        return closures.where(self.scopes, root)

    @staticmethod
    def _call(function, line, *arguments):
        given = [a if isinstance(a, ast.AST) else ast.Constant(a) for a in (line, *arguments)]
        return ast.Call(ast.Name(function, ast.Load()), given, [])


def _statement(call, near):
    return ast.copy_location(ast.Expr(call), near)


def _dict(names):
    return ast.Dict([ast.Constant(name) for name in names], [ast.Name(name, ast.Load()) for name in names])


def _list(nodes):
    return ast.List(nodes, ast.Load())


def _again(node):
    """Return the node once more, to be read."""
    return ast.parse(ast.unparse(node), mode="eval").body
