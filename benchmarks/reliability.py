"""How true probabilities are: the reliability diagram and the expected calibration error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_BINS = 10

Pair = tuple[float, bool]  # a probability, and whether the thing was so


@dataclass(frozen=True, slots=True)
class Reliability:
    """Rows of (mean probability, share that was so, count) by ascending probability; the error."""

    rows: tuple[tuple[float, float, int], ...]
    error: float  # expected calibration error: mean distance of the two, weighted by count

    @property
    def count(self) -> int:
        """How many probabilities it rests on."""
        return sum(n for _, _, n in self.rows)


def reliability(pairs: Sequence[Pair], *, weights: Sequence[float] | None = None) -> Reliability:
    """Ten bins of equal width of the probability; empty ones are left out. 0 for no pairs.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3.

    Args:
        weights: how many each pair counts as; 1 if None.
    """
    counts = [1.0] * len(pairs) if weights is None else list(weights)
    bins: dict[int, list[tuple[float, bool, float]]] = {}
    for (chance, so), count in zip(pairs, counts, strict=True):
        bins.setdefault(min(int(chance * _BINS), _BINS - 1), []).append((chance, so, count))
    rows, error = [], 0.0
    for _, some in sorted(bins.items()):
        total = sum(w for _, _, w in some)
        mean = sum(w * p for p, _, w in some) / total
        share = sum(w * so for _, so, w in some) / total
        rows.append((mean, share, len(some)))
        error += total * abs(mean - share)
    return Reliability(tuple(rows), error / sum(counts) if pairs else 0.0)


def describe(found: Reliability) -> str:
    """One line per bin: mean probability, share that was so, how many."""
    return "".join(f"  {p:.2f} {s:.2f} {n:5} {'#' * round(40 * s)}\n" for p, s, n in found.rows)


def draw(found: Mapping[str, Reliability], path: Path) -> None:
    """A reliability diagram as SVG, one line per title; the area of a dot grows with its count.

    matplotlib comes with pyannote.audio; the product itself draws nothing with it.
    """
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "reliability", "svg.fonttype": "none"}):
        figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
        axes.plot((0, 1), (0, 1), color="0.6", linewidth=1, linestyle="--")
        for title, one in found.items():
            chances, shares, counts = zip(*one.rows, strict=True) if one.rows else ((), (), ())
            label = f"{title}: error {one.error:.3f}, {one.count} findings"
            (line,) = axes.plot(chances, shares, linewidth=1.2, label=label)
            areas = [12 + 6 * n**0.5 for n in counts]
            axes.scatter(chances, shares, s=areas, color=line.get_color())
        axes.set(xlabel="stated probability", ylabel="share that was so")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
        axes.legend(loc="upper left", frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})
        plt.close(figure)
