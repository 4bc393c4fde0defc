"""A model from the hub, for those who ask for one by name; nothing else speaks to a hub."""

from __future__ import annotations

import shutil
from pathlib import Path

from models.installed import SUMS, sums_of
from models.registry import Model
from pipeline.errors import ModelError


def fetch_from_hub(model: Model, folder: Path, *, endpoint: str | None = None) -> None:
    """Fetch all files of a hub model into an empty folder and write down their hashes.

    The registry cannot know these hashes in advance; by what is written down, `verify` sees later
    changes.

    Args:
        endpoint: address of another hub of the same kind.
    Raises: ModelError if the hub cannot be reached, or does not give the model to this user.
    """
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(str(model.hub), local_dir=folder, endpoint=endpoint)
    except OSError as error:
        raise ModelError("models.hub_failed", name=model.name, reason=error) from error
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the client's own notes
    sums = sums_of(folder)
    listing = "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items()))
    (folder / SUMS).write_text(listing, "utf-8")
