"""How recognised Chinese is written: simplified, with Chinese punctuation, pauses as commas."""

from __future__ import annotations

from dataclasses import replace

from pipeline.call import Segment, Word
from pipeline.normalise import simplify

_PUNCTUATION = str.maketrans(",?!:;", "，？！：；")


def in_simplified(segment: Segment) -> Segment:
    """The segment in simplified characters.

    The recogniser writes a pause as a space or not at all; a space becomes a comma, which stays
    with the word before it. The text is again the words one after another.
    """
    words: list[Word] = []
    for word in segment.words:
        text = simplify(word.text).translate(_PUNCTUATION)
        if text[:1].isspace() and words and words[-1].text[-1:].isalnum() and text.strip():
            comma = "，" if not text.strip()[0].isascii() else " "
            words[-1] = replace(words[-1], text=words[-1].text + comma)
        words.append(replace(word, text=text.strip()))
    return replace(segment, text="".join(w.text for w in words).strip(), words=tuple(words))
