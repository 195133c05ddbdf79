"""Facts about an exception in a learner's file: the line, the part of it that failed, and the shapes in it."""

import ast
import io
import tokenize

FILE = "submission.py"
LENGTH = 400

_lines = []


def remember(source):
    """Keep the lines of the file that runs now, as text; of no known encoding, with marks for what is none."""
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
        text = source.decode(encoding, "replace")
    except (SyntaxError, LookupError, ValueError):
        # rot13 and its like are codecs, and none of text
        text = source.decode("utf-8", "replace")
    _lines[:] = text.splitlines()


def _line(number):
    return _lines[number - 1] if number and 0 < number <= len(_lines) else ""


def facts_of(error):
    """Return plain facts about an exception; never raises."""
    try:
        return _facts(error)
    except BaseException:
        return {"type": "Exception", "bases": [], "message": "", "line": None, "text": ""}


def _facts(error):
    kind = type(error)
    facts = {
        "type": str(kind.__name__)[:60],
        "bases": [str(base.__name__)[:60] for base in kind.__mro__][:12],
        "message": _message(error),
        "line": None,
        "text": "",
        "function": "",
        "operands": [],
        "operator": "",
    }
    if isinstance(error, SyntaxError) and error.filename == FILE:
        facts.update(line=error.lineno, text=_text(error.lineno) or (error.text or "").strip()[:LENGTH])
        facts["message"] = str(error.msg)[:LENGTH]
        return facts
    frames = _frames(error)
    if frames:
        frame, line, position = frames[-1]
        facts.update(line=line, text=_text(line), function=frame.f_code.co_name)
        node = _node(position)
        facts["operands"] = [fact for part in _parts(node) if (fact := _operand(frame, part)) is not None]
        facts["operator"] = type(getattr(node, "op", None)).__name__
    return facts


def outside(error):
    """Say whether an exception came from no line of the learner's."""
    return not _frames(error)


def _message(error):
    try:
        return str(error)[:LENGTH]
    except BaseException:
        return ""


def _frames(error):
    """Return (frame, line, column range) of the learner's own lines, outermost first; the last few of very many."""
    found, step = [], error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename == FILE:
            positions = list(code.co_positions())
            index = step.tb_lasti // 2
            found.append((step.tb_frame, step.tb_lineno, positions[index] if index < len(positions) else None))
            del found[:-3]
        step = step.tb_next
    return found


def _text(line):
    return _line(line).strip()[:LENGTH]


def _node(position):
    """Return the part of a line that failed, parsed, where it stands in one line."""
    if position is None or None in position:
        return None
    line, end_line, start, end = position
    if line != end_line:
        return None
    source = _line(line).encode()[start:end].decode("utf-8", "replace")
    try:
        return ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _parts(node):
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Call):
        return node.args
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return [node.value]
    return []


HARMLESS = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop,
            ast.expr_context, ast.Slice, ast.Tuple)  # fmt: skip


def _operand(frame, node):
    """Return source, kind and shape of an operand; kind and shape only where looking at it calls nothing."""
    source = ast.unparse(node)[:80]
    if not all(isinstance(part, HARMLESS) for part in ast.walk(node)):
        return {"source": source, "kind": "", "shape": None}
    try:
        value = eval(compile(ast.Expression(node), "exercise.toml", "eval"), frame.f_globals, frame.f_locals)
        shape = getattr(value, "shape", () if isinstance(value, (int, float)) else None)
        sizes = None if shape is None else [int(n) for n in shape]
        return {"source": source, "kind": type(value).__name__[:60], "shape": sizes}
    except BaseException:
        return None
