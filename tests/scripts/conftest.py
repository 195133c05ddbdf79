"""What tests of scripts share."""

import pytest


@pytest.fixture
def layers_alone(monkeypatch):
    """See what a file's layers tell by themselves: its own loss is asked only where they tell nothing."""
    monkeypatch.setattr("backlit.scripts.by_own_loss.by_own_loss", lambda report, source, text: report)
