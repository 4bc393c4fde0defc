"""The product hears and judges calls without any network: a connection attempt ends the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pipeline.document import schema

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "zh_callback_careless.wav"
REFUSED = 77
# An audit hook sees every use of Python's sockets, whichever library makes it, and stays for good.
FORBID = f"""
import os, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        os.write(2, f"network: {{event}} {{arguments}}".encode())
        os._exit({REFUSED})
sys.addaudithook(refuse)
"""


def _offline(code: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", FORBID + code],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )


def test_the_guard_notices_a_connection() -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    assert _offline(code).returncode == REFUSED


@pytest.mark.models
def test_a_call_is_inspected_with_sockets_forbidden(models_folder: Path) -> None:
    code = f"from flows.cli import run; sys.exit(run(['inspect', {str(SAMPLE)!r}, '--json']))"
    done = _offline(code, TINGJIAN_MODELS=str(models_folder))
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    Draft202012Validator(schema()).validate(document)
    assert document["call_id"] == "zh_callback_careless"
    assert document["purpose"] == "callback"  # from the sidecar beside the recording
    assert {turn["role"] for turn in document["turns"]} >= {"agent", "customer"}
