"""Where results lie: in the data folder, unless it says otherwise; secrets are not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from warehouse.place import load_place

SECRETS = {"PGPASSWORD": "p-w", "AWS_ACCESS_KEY_ID": "k-1", "AWS_SECRET_ACCESS_KEY": "s-1"}


def test_a_folder_that_says_nothing_holds_everything_itself(tmp_path: Path):
    place = load_place(tmp_path, environment={})
    assert (place.catalog, place.lake, place.decisions, place.on_s3) == (None, None, None, False)


def test_what_the_folder_says_is_understood(tmp_path: Path):
    (tmp_path / "place.toml").write_text(
        'catalog = "postgres:host=db port=5433 dbname=t user=u"\nlake = "s3://bucket/lake"\n'
        's3_endpoint = "store:9000"\ns3_tls = false\n'
    )
    place = load_place(tmp_path, environment=SECRETS)
    assert place.catalog == "host=db port=5433 dbname=t user=u"
    assert place.catalog_values["port"] == "5433"
    assert place.on_s3
    assert (place.s3.endpoint, place.s3.tls, place.s3.key) == ("store:9000", False, "k-1")
    assert place.password == "p-w"
    for secret in SECRETS.values():
        assert secret not in repr(place)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('catalogue = "postgres:host=db"', "did you mean catalog"),
        ('catalog = "mysql:host=db"', "mysql"),
        ('catalog = "postgres:host=db password=x1y2"', "PGPASSWORD"),
        ('lake = "/srv/lake"', "/srv/lake"),
        ('s3_tls = "no"', "s3_tls"),
        ("catalog = ", "cannot be read"),
    ],
)
def test_what_cannot_be_understood_is_told(tmp_path: Path, text: str, told: str):
    (tmp_path / "place.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=told) as caught:
        load_place(tmp_path, environment={})
    assert "x1y2" not in str(caught.value)
