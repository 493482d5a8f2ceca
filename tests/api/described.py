"""Sends what the description allows, and what it does not, and holds every answer against it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

# Rules that hold between values, or between a value and what is stored, stand in no schema: they are refused, too.
BY_RULE = ["2xx", "304", "401", "403", "404", "409", "412", "422"]
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
CONFIG: dict[str, Any] = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": BY_RULE},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    }
}


def separately(app: Flask) -> Callable[..., Iterable[bytes]]:
    """Answer the application so that each request has a context of its own, whatever the test holds open."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with app.app_context():
            return app(environ, start_response)

    return serve


def load(app: Flask) -> Any:
    """Answer the description as schemathesis reads it from the running interface."""
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", separately(app), config=config)


def hunt(
    operation: Any, mode: GenerationMode, examples: int, headers: dict[str, str], known: dict[str, str]
) -> Counter[int]:
    """Send so many cases of an operation and validate every answer; tell how often each status was answered.

    `known` are path parameters that exist; a long hunt tries unknown ones, too.
    """
    ways = (None, known) if known and examples > 20 else (known or None,)
    statuses: Counter[int] = Counter()
    for parameters in ways:

        @seed(20270309)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=False,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, path_parameters=parameters))
        def send(case: Any) -> None:
            answer = case.call_and_validate(headers=headers, base_url="https://ieum.test")
            statuses[answer.status_code] += 1

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            send()
    return statuses
