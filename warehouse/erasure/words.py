"""Looking for words in texts, bytes and columns: as whole words, for an id may be short."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from typing import Final

_INSIDE: Final = r"[0-9A-Za-z_\-]"  # what goes on with an id
_PORTION: Final = 300  # of words in one pattern


class Words:
    """Words that must not remain."""

    def __init__(self, words: Collection[str]) -> None:
        self._words = sorted((word for word in words if word), key=lambda w: (-len(w), w))

    def in_text(self, text: str) -> bool:
        """Whether the text holds one of the words."""
        return any(pattern.search(text) for pattern in self._texts)

    def in_bytes(self, content: bytes) -> bool:
        """The same of bytes in UTF-8."""
        return any(pattern.search(content) for pattern in self._bytes)

    def blanked(self, text: str, by: str) -> str:
        """The text with every word replaced."""
        for pattern in self._texts:
            text = pattern.sub(by, text)
        return text

    @property
    def for_database(self) -> tuple[str, ...]:
        """Patterns without looking around, as RE2 has none."""
        outside = r"[^0-9A-Za-z_\-]"
        return tuple(f"(?:^|{outside})(?:{words})(?:$|{outside})" for words in self._portions)

    @property
    def longest(self) -> int:
        """Bytes of the longest word."""
        return max((len(word.encode()) for word in self._words), default=0)

    @cached_property
    def _portions(self) -> list[str]:
        escaped = [re.escape(word) for word in self._words]
        starts = range(0, len(escaped), _PORTION)
        return ["|".join(escaped[at : at + _PORTION]) for at in starts]

    @cached_property
    def _texts(self) -> list[re.Pattern[str]]:
        return [re.compile(f"(?<!{_INSIDE})(?:{words})(?!{_INSIDE})") for words in self._portions]

    @cached_property
    def _bytes(self) -> list[re.Pattern[bytes]]:
        return [re.compile(pattern.pattern.encode()) for pattern in self._texts]
