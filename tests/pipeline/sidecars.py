"""Tables of calls on disk, and what loading a recording's metadata complains of."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import MetadataError
from pipeline.metadata import load_metadata


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write `calls.csv`; the path of a recording beside it."""
    (folder / "calls.csv").write_bytes(text.encode(encoding))
    return folder / "a.wav"


def faults(audio: Path, **sources: Path) -> list[tuple[str, dict[str, object]]]:
    """What is wrong with a recording's metadata; the error names the recording."""
    with pytest.raises(MetadataError) as caught:
        load_metadata(audio, **sources)
    error = caught.value
    assert error.key == "metadata.invalid"
    assert error.values["path"] == str(audio)
    listed = error.values["faults"]
    assert isinstance(listed, list)
    assert error.values["count"] == len(listed)
    return listed
