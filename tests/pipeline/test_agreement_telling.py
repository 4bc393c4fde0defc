"""What is said of a coefficient, in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rating_tables import from_joint

import pipeline.agreement
from pipeline.agreement.coefficients import cohen_kappa
from pipeline.agreement.ratings import group_calls
from pipeline.agreement.tally import Estimate, estimate
from pipeline.agreement.telling import (
    Reading,
    hides_agreement,
    read_estimate,
    tell_drift,
    tell_item,
    tell_strictness,
)
from pipeline.messages import catalogue


def _found(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 40, 40)


@pytest.mark.parametrize(
    ("low", "high", "reading"),
    [
        (0.85, 0.95, "reliable"),
        (0.70, 0.90, "tentative"),
        (0.20, 0.60, "weak"),
        (-0.10, 0.40, "chance"),
        (-0.80, -0.20, "apart"),
        (0.50, 0.90, "open"),
    ],
)
def test_the_whole_interval_decides_what_is_said(low: float, high: float, reading: Reading) -> None:
    assert read_estimate(_found(low, high)) == reading


def test_two_inspectors_who_disagree_more_than_chance_explains_are_told_so() -> None:
    # of forty calls each sees a fault in twenty, and almost never in the same ones
    table = from_joint([[2, 18], [18, 2]])
    found = estimate(cohen_kappa(table), group_calls(table.units))
    told = tell_item(found, item="T10", raters=2, language="en")
    assert told.startswith("T10: the two raters disagree more than chance explains")
    assert "分歧超出碰巧" in tell_item(found, item="T10", raters=2, language="zh")
    assert "discrepan más" in tell_item(found, item="T10", raters=2, language="es")


def test_a_few_calls_that_all_agree_are_not_called_reliable() -> None:
    table = from_joint([[2, 0], [0, 2]])
    found = estimate(cohen_kappa(table), group_calls(table.units))
    assert found.value == 1.0
    assert read_estimate(found) == "open"


def test_a_rater_is_stricter_only_where_the_interval_says_so() -> None:
    assert "stricter" in tell_strictness(_found(0.1, 0.3), rater="Li", language="en")
    assert "milder" in tell_strictness(_found(-0.3, -0.1), rater="Li", language="en")
    assert "neither" in tell_strictness(_found(-0.1, 0.3), rater="Li", language="en")
    assert "milder" in tell_drift(_found(-0.3, -0.1), rater="Li", language="en")


def test_a_low_kappa_among_rare_faults_is_explained() -> None:
    assert hides_agreement(0.94, -0.02, rarest=0.03)
    assert not hides_agreement(0.94, 0.3, rarest=0.3)
    assert not hides_agreement(0.7, 0.1, rarest=0.05)


def test_every_fault_has_its_sentence() -> None:
    folder = Path(next(iter(pipeline.agreement.__path__)))
    text = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    faults = set(re.findall(r'"((?:no|one|few|often)_[a-z_]+)"', text))
    assert len(faults) >= 9
    assert {f"agreement.{fault}" for fault in faults} <= set(catalogue())
