"""The child process that decodes: started with limits, watched, read, and never left behind."""

from __future__ import annotations

import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np

from pipeline.audio_levels import Block
from pipeline.errors import AudioError

# 32 MiB: from this size on the C library always gives memory back to the system when it is freed
_BLOCK_VALUES = 8 * 2**20
_DIAGNOSIS_BYTES = 16_384
# The last words of Python, the loader of libraries and OpenBLAS when there is no room to start
_OUT_OF_MEMORY = ("MemoryError", "allocate memory", "failed to map", "Memory allocation")
_START = (
    "import json, sys; call = json.loads(sys.argv[1]); sys.path[:] = call['modules'];"
    "from pipeline.confinement import confine; confine(**call['limits']);"
    "from pipeline.audio import DecodeTask, decode_standard_input;"
    "decode_standard_input(DecodeTask(**call['task']))"
)


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """How much one recording may cost. What goes beyond is an error of that recording alone."""

    duration_s: float = 4 * 3600.0  # of decoded sound
    file_bytes: int = 4 * 2**30
    cpu_s: int = 600
    wall_s: float = 900.0
    memory_bytes: int = 2**30  # address space of the child
    niceness: int = 0  # of the child; above 0 others go first


@dataclass(frozen=True, slots=True)
class DecodeTask:
    """What the child is told besides the file."""

    raw_format: (
        str | None
    )  # FFmpeg's name of the coding of a file without header; None = see the file
    ignore_length: bool  # read a WAV beyond the end that its header declares
    duration_limit_s: float


@dataclass(frozen=True, slots=True)
class DecodeReport:
    """What the child found in the file."""

    container: str  # FFmpeg's name
    codec: str
    sample_rate_hz: int
    channels: int
    duration_s: float  # of what was decoded, filled holes included
    declared_s: float | None  # what the container says, or FFmpeg guesses
    audio_streams: int
    video: bool
    packets: int
    damaged: int  # packets that could not be decoded
    gaps: int  # holes in the time stamps, filled with silence
    gap_s: float
    not_finite: int  # samples that were no numbers, all channels
    clipped_share: float  # of all samples


def decode_in_child(
    file: FileIO, task: DecodeTask, *, limits: DecodeLimits
) -> tuple[list[Block], DecodeReport]:
    """Decode an open file, given to the child as its standard input.

    The child's standard output is the samples, its standard error one line of JSON at the end. It
    gets no path, no environment but what is named here, and dies with this process.

    Returns: the samples at 16 kHz as interleaved float32, and the child's report.
    Raises: AudioError (without `path`) for what the child refuses, and if it crashes or passes a
        limit.
    """
    command = [sys.executable, "-I", "-S", "-B", "-c", _START, json.dumps(_call(task, limits))]
    with subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        bufsize=0,
    ) as child:
        deadline = time.monotonic() + limits.wall_s
        try:
            blocks, diagnosis = _receive(child, deadline)
            code = child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, TimeoutError) as e:
            raise AudioError("audio.time_limit", limit_s=limits.wall_s) from e
        finally:
            child.kill()  # nothing happens to one that has ended
    return blocks, _understand(diagnosis, code, limits)


def _call(task: DecodeTask, limits: DecodeLimits) -> dict[str, object]:
    project = str(Path(__file__).resolve().parents[1])
    return {
        "modules": [project, *(entry or str(Path.cwd()) for entry in sys.path)],
        "limits": {
            "parent_pid": os.getpid(),
            "cpu_s": limits.cpu_s,
            "memory_bytes": limits.memory_bytes,
            "niceness": limits.niceness,
        },
        "task": dataclasses.asdict(task),
    }


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    # one thread: the night runs as many decoders as it has processors
    return {**kept, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _receive(child: subprocess.Popen[bytes], deadline: float) -> tuple[list[Block], bytes]:
    """Read both of the child's streams to their ends. Raises: TimeoutError at the deadline."""
    assert child.stdout is not None  # both are pipes
    assert child.stderr is not None
    samples, errors = child.stdout.fileno(), child.stderr.fileno()
    blocks: list[Block] = []
    filled = _BLOCK_VALUES * 4
    diagnosis = b""
    poll = select.poll()
    poll.register(samples, select.POLLIN)
    poll.register(errors, select.POLLIN)
    streams = 2
    while streams:
        ready = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not ready:
            raise TimeoutError
        for stream, _event in ready:
            if stream == samples:
                if filled == _BLOCK_VALUES * 4:
                    blocks.append(np.empty(_BLOCK_VALUES, np.float32))
                    filled = 0
                count = os.readv(samples, [blocks[-1].data.cast("B")[filled:]])
                filled += count
            else:
                piece = os.read(errors, _DIAGNOSIS_BYTES)
                count = len(piece)
                diagnosis = (diagnosis + piece)[-_DIAGNOSIS_BYTES:]
            if count == 0:
                poll.unregister(stream)
                streams -= 1
    if blocks:
        blocks[-1] = blocks[-1][: filled // 4]
    return blocks, diagnosis


def _understand(diagnosis: bytes, code: int, limits: DecodeLimits) -> DecodeReport:
    """The child's report, or the error that it, or its end, means."""
    last = (diagnosis.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    if code == -signal.SIGXCPU:
        raise AudioError("audio.time_limit", limit_s=limits.cpu_s)
    if code < 0:
        raise AudioError("audio.crashed", signal=signal.Signals(-code).name)
    answer = json.loads(last) if code == 0 else {}
    out_of_memory = any(sign in last for sign in _OUT_OF_MEMORY)
    if answer.get("error") == "audio.memory_limit" or (code > 0 and out_of_memory):
        raise AudioError("audio.memory_limit", limit_mb=limits.memory_bytes // 10**6)
    if code > 0:
        raise AudioError("audio.child_failed", detail=last[:300])
    if "error" in answer:
        raise AudioError(answer["error"], **answer["values"])
    return DecodeReport(**answer["report"])
