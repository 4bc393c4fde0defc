"""What tests of several packages share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.installed import models_dir, require
from models.registry import load_registry
from pipeline.errors import ModelMissingError


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """The folder of the embedded models, from `TINGJIAN_MODELS` or the default one.

    A test that needs them fails without them: a skipped test would look like a passed one.
    """
    folder = models_dir(os.environ.get("TINGJIAN_MODELS"))
    registry = load_registry()
    try:
        for model in registry.embedded:
            require(registry, folder, model.name)
    except ModelMissingError as error:
        pytest.fail(str(error), pytrace=False)
    return folder
