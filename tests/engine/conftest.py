"""No test of the engine waits for ever."""

import faulthandler

import pytest

TIME_LIMIT = 180


@pytest.fixture(autouse=True)
def ends_in_time():
    """Threads that wait for each other for ever end the run, with a traceback of each, and not only the patience."""
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
