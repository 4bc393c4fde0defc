from __future__ import annotations

import re
from pathlib import Path

from pipeline.messages import catalogue
from pipeline.metadata_values import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "audio.md").read_text("utf-8")


def test_the_page_explains_every_error_and_warning_and_no_other():
    explained = re.findall(r"^\| `(audio\.\w+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(explained) == sorted(key for key in catalogue() if key.startswith("audio."))


def test_the_page_explains_every_key_of_a_sidecar():
    table = PAGE.partition("## Metadata")[2]
    cells = " ".join(re.findall(r"^\| (`[^|]*`) \|", table, flags=re.MULTILINE))
    assert sorted(re.findall(r"`(\w+)`", cells)) == sorted(KEYS)
