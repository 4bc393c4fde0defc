"""Which letters reports are set in: a font with Chinese, the console's own if it is there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import TingjianError

if TYPE_CHECKING:
    import typst

# Made by `make assets`; as all of the browser's files they come by a lock file.
OWN_FONTS: Final = Path(__file__).parent.parent / "console" / "static" / "vendor" / "fonts"
_FAMILIES: Final = (
    *("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC", "WenQuanYi Micro Hei"),
    *("WenQuanYi Zen Hei", "Noto Serif CJK SC", "SimHei", "SimSun", "Droid Sans Fallback"),
)


@dataclass(frozen=True, slots=True)
class Letters:
    """The fonts of one report."""

    family: str
    folder: Path | None  # None: the machine's own fonts, which may differ elsewhere
    fonts: typst.Fonts


def find_letters(folder: Path | None = None, *, system: bool = True) -> Letters:
    """A font that can write Chinese, with the letters that typst brings along for what it lacks.

    Args:
        folder: where to look first; None for the console's own fonts.
        system: whether the machine's fonts are looked at, if there is none in the folder.
    Raises: TingjianError if there is no Chinese font; it names what to do.
    """
    return _find(folder or OWN_FONTS, system)


@cache
def _find(folder: Path, system: bool) -> Letters:
    import typst

    for place, own in ((folder, False), (None, True)) if system else ((folder, False),):
        if place is not None and not place.is_dir():
            continue
        paths = [str(place)] if place is not None else []
        fonts = typst.Fonts(include_system_fonts=own, font_paths=paths)
        known = set(fonts.families())
        for family in _FAMILIES:
            if family in known:
                return Letters(family, place, fonts)
    raise TingjianError("reports.no_font", folder=folder)
