"""schemathesis asks the API whatever its document allows, and much that it does not.

`TINGJIAN_TEST_EXAMPLES=200` is the full run, as docs/console.md says; here each address gets a few.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from nights import SignIn
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from console.app import create_app
from console.security import COOKIE
from console.state import ConsoleState

EXAMPLES = int(os.environ.get("TINGJIAN_TEST_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# A guess at a password is slow on purpose, and ending the session ends the test.
LEFT_OUT = ("api_sign_in", "api_sign_out")


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_asked_the_server_answers_as_its_document_says(
    mode: GenerationMode, role: str, state: ConsoleState, sign_in: SignIn
) -> None:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(state))
    session = {COOKIE: sign_in(role).cookies[COOKIE]}
    asked: list[str] = []
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in operations:
        if operation.definition.raw["operationId"] in LEFT_OUT:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            response = case.call(cookies=session)
            asked.append(f"{case.method} {case.path}")
            case.validate_response(response, checks=CHECKS)

        ask()
    assert set(asked)
