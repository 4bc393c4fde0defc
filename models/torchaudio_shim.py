"""What must be done before pyannote.audio is imported; done once, by `prepare_pyannote`.

- torchaudio's native part does not load beside a CPU build of torch, and nothing here needs it: a
  stand-in takes its place, only if the real one fails.
- pyannote.audio reports its use over the network unless told not to, and fetches from a hub what
  it is not given; both are stopped.
- pyannote.audio warns that it cannot decode files; it is only ever given waveforms.
"""

from __future__ import annotations

import importlib
import os
import sys
import types
import warnings
from collections.abc import Callable
from functools import cache
from typing import TypeVar

_NATIVE = "torchaudio._extension"
_Function = TypeVar("_Function", bound=Callable[..., object])


@cache
def prepare_pyannote() -> None:
    """Import torchaudio and pyannote.audio so that they work, stay silent and keep off the network.

    Call it before any other import of them; after the first call it costs nothing.
    """
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ["HF_HUB_OFFLINE"] = "1"
    prepare_torchaudio()
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore",
            message=r"\s*torchcodec is not installed correctly",
            category=UserWarning,
            module=r"pyannote\.audio\.core\.io",
        )
        importlib.import_module("pyannote.audio")
    # Its sender of reports runs in a thread even when nothing is to be reported.
    importlib.import_module("pyannote.audio.telemetry.metrics").provider.shutdown()


def prepare_torchaudio() -> None:
    """Import torchaudio, with a stand-in for its native part if that does not load."""
    try:
        importlib.import_module("torchaudio")
    except (ImportError, OSError):
        sys.modules[_NATIVE] = _stand_in()
        importlib.import_module("torchaudio")


def _stand_in() -> types.ModuleType:
    module = types.ModuleType(_NATIVE)
    vars(module).update(_IS_TORCHAUDIO_EXT_AVAILABLE=False, fail_if_no_align=_unchanged)
    return module


def _unchanged(function: _Function) -> _Function:
    return function
