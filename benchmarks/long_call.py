"""How much memory an hour of stereo takes, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.synthesis.rendering import write_wav
from pipeline.audio import read_audio

_HOUR_S = 3600
_CHILD = """
import contextlib, io, json, sys
from flows.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    sys.argv = ["tingjian", "inspect", sys.argv[1], "--json"]
    main()
# not ru_maxrss, which begins with that of the process that started this one
status = open("/proc/self/status").read()
print(json.dumps(int(status.partition("VmHWM:")[2].split()[0])))
"""


def peak_of_an_hour_mb() -> float:
    """Peak resident memory, in MB, of `tingjian inspect` on an hour of stereo: a sample call again
    and again, with two seconds of silence between."""
    source = read_audio(Path("samples/zh_complaint_quarrel.opus"))[1][:, ::2]  # 8 kHz
    call = np.pad(source, ((0, 0), (0, 16_000)))
    copies = -(-_HOUR_S * 8_000 // call.shape[1])
    hour = np.tile(call, copies)[:, : _HOUR_S * 8_000]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.wav"
        write_wav(path, list(hour))
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(path)], check=True, capture_output=True, text=True
        )
    return float(json.loads(done.stdout.splitlines()[-1])) / 1024
