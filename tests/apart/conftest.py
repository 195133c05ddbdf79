"""The settings that files run apart are tried in, one after the other."""

import pytest
from settings import SETTINGS, cannot_be, script

from backlit.apart import sandbox


@pytest.fixture(params=SETTINGS)
def setting(request, tmp_path, monkeypatch):
    """Where a file runs: by all that this system has, or by Landlock and the list of calls alone."""
    program = script(request.param)
    if why := cannot_be(request.param, program):
        pytest.skip(why)
    if program:
        path = tmp_path / "child.py"
        path.write_text(program)
        monkeypatch.setattr(sandbox, "CHILD", path)
    return request.param
