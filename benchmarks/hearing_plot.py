"""The character errors of two engines as bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.hearing_tally import Tally

_ROLES = ("agent", "customer")


def draw(tallies: Sequence[Tally], path: Path) -> None:
    """An SVG with one panel a role and one bar for each engine and condition.

    matplotlib comes with pyannote.audio; the product itself draws nothing with it.
    """
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "hearing", "svg.fonttype": "none"}):
        figure, panels = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained", sharey=True)
        for panel, role in zip(panels, _ROLES, strict=True):
            for place, tally in enumerate(tallies):
                rates = {**tally.by_condition(role), "all": tally.rate(role)}
                at = [i + 0.4 * place for i in range(len(rates))]
                bars = panel.bar(at, list(rates.values()), width=0.38, label=tally.name)
                panel.bar_label(bars, fmt="%.2f", fontsize=7)
                panel.set_xticks([i + 0.2 for i in range(len(rates))], list(rates))
            panel.set_title(role)
        panels[0].set_ylabel("character error rate")
        panels[1].legend(frameon=False, fontsize=8)
        figure.savefig(path, format="svg", metadata={"Date": None})
        plt.close(figure)
