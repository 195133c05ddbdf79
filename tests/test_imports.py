"""What an import costs, and the public names."""

import importlib
import json
import pkgutil
import subprocess
import sys

import pytest

import backlit as bl

HEAVY = ("sklearn", "scipy", "matplotlib", "pandas", "IPython")
SCREEN = ("rich", "click")

REPORT = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def packages_after(code):
    """The packages a fresh process holds after running code."""
    command = [sys.executable, "-c", f"{code}\n{REPORT}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(result.stderr.splitlines()[-1]))


def explaining(*arguments):
    """Code that runs ``backlit explain`` and does not exit."""
    return f"""
from backlit.cli import main
try:
    main({["explain", *arguments]!r})
except SystemExit as error:
    assert error.code == 0, error.code
"""


def test_import_backlit_loads_next_to_nothing():
    packages = packages_after("import backlit")
    assert "backlit" in packages
    assert packages.isdisjoint({*HEAVY, *SCREEN, "numpy", "safetensors"})


def test_a_network_and_its_trace_load_numpy_alone():
    code = "import backlit as bl; bl.Network.random([3, 4, 2], seed=0).trace([1, 2, 3], [0, 1])"
    packages = packages_after(code)
    assert "numpy" in packages
    assert packages.isdisjoint({*HEAVY, *SCREEN, "safetensors", "latex2mathml"})


@pytest.mark.parametrize(
    "arguments", [[], ["--format", "html"], ["--compare", "tanh,relu"], ["--at", "L1.u1", "--format", "latex"]]
)
def test_explain_loads_nothing_heavy(arguments):
    packages = packages_after(explaining(*arguments))
    assert {"click", "numpy"} <= packages
    assert packages.isdisjoint(HEAVY)


def test_the_loop_of_training_loads_nothing_heavy():
    code = """
import backlit as bl
net = bl.Network.random([3, 4, 2], seed=0)
bl.train(net, [[1, 2, 3], [4, 5, 6]], [[0, 1], [1, 0]], epochs=1, seed=0)[1].to_text()
"""
    assert packages_after(code).isdisjoint(HEAVY)


def test_every_public_name_is_there():
    for name in bl.__all__:
        assert getattr(bl, name) is not None
    assert len(set(bl.__all__)) == len(bl.__all__)


def test_the_names_of_the_contract_are_public():
    assert {"Network", "Layer", "Trace", "LayerTrace", "BacklitError", "load", "train", "History"} <= set(bl.__all__)


def test_dir_lists_the_public_names_and_the_version():
    assert set(dir(bl)) == {*bl.__all__, "__version__"}


def test_every_public_name_is_listed_by_its_own_module():
    for name in bl.__all__:
        home = importlib.import_module(getattr(bl, name).__module__)
        assert name in home.__all__


def test_a_name_stays_itself_after_its_module_was_imported():
    assert callable(bl.train)
    importlib.import_module("backlit.training.loop")
    assert callable(bl.train)


@pytest.mark.parametrize("name", ["nothing", "__wrapped__", "Networks"])
def test_an_unknown_name_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=f"module 'backlit' has no attribute '{name}'"):
        getattr(bl, name)


def test_from_backlit_import_star_gives_the_public_names():
    names = {}
    exec("from backlit import *", names)
    assert set(bl.__all__) <= set(names)


def test_every_module_has_what_it_says_it_exports():
    for module in pkgutil.walk_packages(bl.__path__, "backlit."):
        if module.name != "backlit.__main__":
            found = importlib.import_module(module.name)
            assert found.__doc__, module.name
            assert all(hasattr(found, name) for name in getattr(found, "__all__", ())), module.name
