"""The committed script and style sheet are what the bundler makes of the modules."""

import runpy
from pathlib import Path

BUNDLE = Path(__file__).parents[2] / "web" / "bundle.py"


def test_a_bundle_made_anew_is_the_one_in_the_package():
    for path, content in runpy.run_path(str(BUNDLE))["files"]().items():
        assert path.read_bytes() == content, f"{path.name}: run `make page`"
