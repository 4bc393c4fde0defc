"""What is fetched is stored whole and verified, or not at all."""

import pytest

from benchmarks.synthesis.fetch import FetchError, default_cache, store_verified

# printf abc | sha256sum
ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_content_with_the_expected_hash_is_stored(tmp_path):
    store_verified(tmp_path / "voice.bin", b"abc", ABC_SHA256)
    assert (tmp_path / "voice.bin").read_bytes() == b"abc"
    assert [p.name for p in tmp_path.iterdir()] == ["voice.bin"]


def test_other_content_is_refused_by_name_and_leaves_nothing(tmp_path):
    with pytest.raises(FetchError, match=r"voice\.bin: SHA-256 .*expected ba7816bf"):
        store_verified(tmp_path / "voice.bin", b"abd", ABC_SHA256)
    assert list(tmp_path.iterdir()) == []


def test_the_cache_folder_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("TINGJIAN_SYNTHESIS_CACHE", str(tmp_path))
    assert default_cache() == tmp_path
