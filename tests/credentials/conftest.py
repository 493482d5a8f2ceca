"""Nothing in these tests, foreign verifiers included, may open a socket."""

import pytest


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """Every socket opened raises an error."""
