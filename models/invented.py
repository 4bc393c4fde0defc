"""Readings that nobody said: loops, and the texts that Whisper learnt from subtitles."""

from __future__ import annotations

import re
import zlib

from pipeline.call import Language
from pipeline.normalise import simplify

# what subtitle files end with, after removing everything but letters, in lower case
_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        r"字幕(由|by|提供|志愿者|制作|组)|(词曲|作曲|作词)(编曲|制作|李宗盛)|字幕$",
        r"(中文|简体|繁体)字幕",
        r"amaraorg",
        r"请不吝点赞|点赞.{0,4}订阅|订阅.{0,4}转发|打赏支持明镜|明镜与点点",
        r"以下是普通话的?句子|以下為普通話|以下是普通話",
        r"优优独播剧场|yoyotelevision|独播剧场",
        r"(词|作词|作曲|编曲)(李宗盛|曲)?.{0,3}(李宗盛)",
        r"谢谢(观看|收看)|感谢(观看|收看|收听)|(下期|下集)(再|见)",
        r"subt[ií]tulos?(realizados|por|porla)|subtituladopor|suscr[ií]bete(alcanal)?|graciasporver(elv[ií]deo)?",
        r"^(beep|bip|piip|嘟|哔|滴)+$",
        r"thanksforwatching|subscribetomychannel|subtitlesby|pleasesubscribe|transcriptionby",
    )
)
_LETTERS = re.compile(r"[\W_]+")
_MAX_CHARS_PER_S: dict[Language, float] = {"zh": 9.0, "es": 28.0, "en": 28.0}
_FREE_CHARS: dict[Language, int] = {"zh": 5, "es": 20, "en": 20}
_MAX_COMPRESSION = 2.4  # of UTF-8 by zlib, as in Whisper's own fallback
_MIN_BYTES_TO_COMPRESS = 48
_LEAST_SENTENCE = 4  # characters that are worth calling a repetition
_HURRIED_CHARS_PER_S: dict[Language, float] = {"zh": 6.5, "es": 20.0, "en": 20.0}
_TWICE = re.compile(rf"(.{{{_LEAST_SENTENCE},}}?)\1")
_REPEATED = re.compile(r"(.{1,12}?)\1{3,}")


def is_credit(text: str) -> bool:
    """Whether the text is one of the known inventions."""
    letters = _LETTERS.sub("", simplify(text)).lower()
    return any(pattern.search(letters) for pattern in _CREDITS)


def is_loop(text: str, *, speech_s: float, language: Language) -> bool:
    """Whether the text repeats itself, or is longer than anybody can say in `speech_s` seconds."""
    letters = _LETTERS.sub("", text)
    if len(letters) > _FREE_CHARS[language] + _MAX_CHARS_PER_S[language] * speech_s:
        return True
    if _REPEATED.search(letters):
        return True
    if _begins_anew(letters) or _TWICE.search(letters):
        # people do say things twice, but not in the time of once
        return len(letters) > _HURRIED_CHARS_PER_S[language] * speech_s
    raw = letters.encode()
    return len(raw) >= _MIN_BYTES_TO_COMPRESS and (
        len(raw) / len(zlib.compress(raw)) > _MAX_COMPRESSION
    )


def _begins_anew(letters: str) -> bool:
    """Whether a text is a sentence and then at least half of it again, word for word."""
    return any(
        letters[length:] == letters[: len(letters) - length]
        for length in range(_LEAST_SENTENCE, 2 * len(letters) // 3 + 1)
    )
