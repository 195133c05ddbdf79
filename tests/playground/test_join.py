"""The modules as one script: nothing is declared twice, nothing is left of the modules' own words."""

import re

from backlit.playground.join import WEB, _tight, script
from backlit.playground.record import OPERATIONS

DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def test_names_at_the_top_of_modules_are_unique():
    declared = [(name, path.name) for path in WEB.glob("*.js") for name in DECLARED.findall(path.read_text("utf-8"))]
    names = [name for name, _ in declared]
    assert sorted(names) == sorted(set(names)), [pair for pair in declared if names.count(pair[0]) > 1]
    assert len(names) > 100


def test_each_module_is_there_once_and_no_comment_is():
    joined = script("page.js")
    assert not re.search(r"^\s*(import|export)\b|/\*\*|^\s*//", joined, re.MULTILINE)
    for path in WEB.glob("*.js"):
        for name in re.findall(r"^export function (\w+)", path.read_text("utf-8"), re.MULTILINE):
            assert len(re.findall(rf"^function {name}\(", joined, re.MULTILINE)) <= 1


def test_the_page_numbers_operations_as_they_are_recorded():
    text = (WEB / "program.js").read_text("utf-8")
    names = "".join(re.findall(r'"([\w ]+)"', text.partition("NAMES = (")[2].partition(")")[0]))
    assert names.split() == list(OPERATIONS)


def test_no_text_goes_over_a_line():
    for path in WEB.glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            assert re.sub(r"/\*.*?\*/|^ \*.*", "", line).count("`") % 2 == 0, (path.name, line)


def test_spaces_go_only_where_they_mean_nothing():
    assert _tight('if (a < b && c) return { x: - -y, "a  b": [1, 2] };') == 'if(a<b&&c)return{x:- -y,"a  b":[1,2]};'
    assert _tight('const f = (x) => { for (;;) return "; }, ]"; };') == 'let f=x=>{for(;;)return"; }, ]"};'
    assert _tight("g(async (x) => y, [a, , b], (p, q) => p,)") == "g(async(x)=>y,[a,,b],(p,q)=>p)"
    assert _tight("const t = /a b/.test(x);") == "const t = /a b/.test(x);"
    assert _tight("f(a + b - -c, `x  y ${z + 1}`, d)") == "f(a+b - -c,`x  y ${z + 1}`,d)"
    nested = "const s = `a  ${b ? `c  d` : e}`;"
    assert _tight(nested) == nested
