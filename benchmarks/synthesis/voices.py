"""The voices, and which of them are told apart well enough to talk with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "es", "en"]


@dataclass(frozen=True, slots=True)
class Voice:
    """A synthesised voice.

    `blend` names a second voice whose style is mixed in by `share` (0-1); `pitch` above 1 raises
    pitch and formants together (a smaller head), the speech rate stays.
    """

    name: str
    language: Language
    sex: Literal["f", "m"]
    base: str
    blend: str | None = None
    share: float = 0.0
    pitch: float = 1.0


_ZH_F = ("zf_xiaobei", "zf_xiaoxiao", "zf_xiaoyi")
_ZH_M = ("zm_yunxi", "zm_yunyang", "zm_yunjian")
_TOO_ALIKE = (frozenset(("zm_yunjian", "zm_yunyang")), frozenset(("zf_xiaoyi", "zf_xiaoxiao")))

VOICES: dict[str, Voice] = {
    voice.name: voice
    for voice in (
        *(Voice(name, "zh", "f", name) for name in _ZH_F),
        *(Voice(name, "zh", "m", name) for name in _ZH_M),
        Voice("zf_beixiao", "zh", "f", "zf_xiaobei", "zf_xiaoxiao", 0.5),
        Voice("zf_yibei", "zh", "f", "zf_xiaoyi", "zf_xiaobei", 0.4, 0.96),
        Voice("zf_xiaobei_high", "zh", "f", "zf_xiaobei", pitch=1.06),
        Voice("zm_xiyang", "zh", "m", "zm_yunxi", "zm_yunyang", 0.5),
        Voice("zm_jianxi", "zh", "m", "zm_yunjian", "zm_yunxi", 0.4),
        Voice("zm_yunxi_low", "zh", "m", "zm_yunxi", pitch=0.95),
        Voice("ef_dora", "es", "f", "ef_dora"),
        Voice("ef_dora_low", "es", "f", "ef_dora", pitch=0.94),
        Voice("em_alex", "es", "m", "em_alex"),
        Voice("em_santa", "es", "m", "em_santa"),
        Voice("af_heart", "en", "f", "af_heart"),
        Voice("af_bella", "en", "f", "af_bella"),
        Voice("bf_emma", "en", "f", "bf_emma"),
        Voice("am_michael", "en", "m", "am_michael"),
        Voice("am_fenrir", "en", "m", "am_fenrir"),
        Voice("bm_george", "en", "m", "bm_george"),
    )
}


def of_language(language: Language) -> tuple[Voice, ...]:
    """The voices of one language, in a fixed order."""
    return tuple(v for v in VOICES.values() if v.language == language)


def tell_apart(one: Voice, other: Voice) -> bool:
    """Whether a listener tells the two apart: no common source, no pair that sounds alike."""
    sources = {one.base, one.blend} - {None}
    others = {other.base, other.blend} - {None}
    if sources & others:
        return False
    return not any(frozenset((a, b)) in _TOO_ALIKE for a in sources for b in others if a and b)
