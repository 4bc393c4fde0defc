"""Text as the matcher reads it: simplified characters, spelled numbers, no punctuation, each
token's place kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import opencc

from pipeline.messages import Language
from pipeline.numerals import spell_number

_CHINESE: Final = r"[\u3400-\u9fff\U00020000-\U0002ffff]"
_NUMBER: Final = r"[0-9０-９]+(?:[.:：][0-9０-９]+)*[%％]?"
_SPELT_OUT: Final = r"(?<![A-Za-z])[A-Za-z](?:[ .][A-Za-z](?![A-Za-z]))+"  # A P P
_CHINESE_TOKEN: Final = re.compile(rf"{_CHINESE}|{_NUMBER}|{_SPELT_OUT}|[A-Za-z]+")
_SPANISH_TOKEN: Final = re.compile(r"[^\W\d_]+|[0-9]+(?:[.,:][0-9]+)*%?")
_CLAUSE_MARKS: Final = frozenset('，。？！；：,.?!;:…、\n—¿¡()（）“”"「」')


@dataclass(frozen=True, slots=True)
class Token:
    """One unit of matching: a Chinese character, a foreign or a Spanish word."""

    text: str
    first: int  # index in the source text of its first character
    last: int  # of its last character
    breaks: bool  # a clause begins here: punctuation, or space after a Chinese character, precedes


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters become simplified; the length stays, so that places stay.

    A phrase conversion that would change the length is undone character by character.
    """
    simplified = str(_simplifier().convert(text))
    if len(simplified) == len(text):
        return simplified
    return "".join(c if len(s := _simplifier().convert(c)) != 1 else s for c in text)


@lru_cache(maxsize=20_000)
def tokenise(text: str, language: Language) -> tuple[Token, ...]:
    """The tokens of a turn in order; empty for a text without letters or digits.

    Chinese: every character is a token, numbers are spelled (12 → 十二), Latin letters make one
    lower-case token. Spanish and English: every word is a token, without accents (ñ stays) and
    in lower case.
    """
    return _chinese_tokens(simplify(text)) if language == "zh" else _word_tokens(text)


def _chinese_tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = 0
    for match in _CHINESE_TOKEN.finditer(text):
        first, last = match.start(), match.end() - 1
        breaks = (first > end and not text[end:first].isspace()) or first == 0
        breaks = breaks or (first > end and bool(tokens) and tokens[-1].text[0] >= "\u3400")
        written = match.group()
        if written[0].isdigit():
            spelled = spell_number(
                unicodedata.normalize("NFKC", written), text[match.end() : match.end() + 1]
            )
            tokens += [Token(c, first, last, breaks and i == 0) for i, c in enumerate(spelled)]
        else:
            shown = re.sub(r"[ .]", "", written).lower()
            tokens.append(Token(shown, first, last, breaks))
        end = match.end()
    return tuple(tokens)


def _word_tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = 0
    for match in _SPANISH_TOKEN.finditer(text):
        breaks = not tokens or not _CLAUSE_MARKS.isdisjoint(text[end : match.start()])
        for i, word in enumerate(_spanish_words(match.group())):
            tokens.append(Token(word, match.start(), match.end() - 1, breaks and i == 0))
        end = match.end()
    return tuple(tokens)


_SPANISH_WRITTEN: Final = {
    "100%": ("cien", "por", "cien"),
    "100": ("cien",),
    "porfavor": ("por", "favor"),
}


def _spanish_words(written: str) -> tuple[str, ...]:
    folded = fold_accents(written.lower())
    return _SPANISH_WRITTEN.get(folded, (folded,))


def fold_accents(text: str) -> str:
    """á → a, ü → u; ñ is a letter of its own and stays."""
    kept = text.replace("ñ", "\0")
    plain = "".join(c for c in unicodedata.normalize("NFD", kept) if not unicodedata.combining(c))
    return plain.replace("\0", "ñ")
