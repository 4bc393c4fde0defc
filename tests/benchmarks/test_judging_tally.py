from decimal import Decimal
from pathlib import Path

from benchmarks.judged_calls import JudgedCall, Tags
from benchmarks.judging_tally import Judged, probabilities, tally
from benchmarks.reliability import draw, reliability
from pipeline.call import CallMetadata, TalkMetrics, Transcript
from pipeline.finding import Evidence, Finding, Outcome

EVIDENCE = (Evidence(0, 0.0, 1.0, "喂", "喂", 100.0, 100.0),)


def finding(rule: str, outcome: Outcome, probability: float = 0.9) -> Finding:
    return Finding(rule, outcome, probability, Decimal(0), "minor", EVIDENCE, None, None)


def judged(must: Tags, *findings: Finding, may: Tags = frozenset()) -> Judged:
    metrics = TalkMetrics(0, 0, 0, 0, 0, None)
    call = JudgedCall(
        "c", "clean", Transcript("zh", (), (), 1.0), CallMetadata("c"), metrics, must, may
    )
    return Judged(call, findings, frozenset("abc"))


def test_right_false_and_lost_findings_are_counted() -> None:
    one = judged(
        frozenset({("a", "violated"), ("b", "violated")}),
        finding("a", Outcome.VIOLATED),
        finding("c", Outcome.VIOLATED),
        finding("b", Outcome.NOT_ASSESSABLE),
    )
    counts = tally([one], ["violated"])
    assert (counts.right, counts.false, counts.lost, counts.doubtful) == (1, 1, 1, 1)
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 0.5, 0.5)


def test_what_is_arguable_counts_neither_way() -> None:
    one = judged(frozenset(), finding("a", Outcome.VIOLATED), may=frozenset({("a", "violated")}))
    counts = tally([one], ["violated"])
    assert (counts.right, counts.false, counts.lost) == (0, 0, 0)


def test_the_calibration_error_is_the_mean_distance_in_bins() -> None:
    # ten flags at 0.95, eight of them true: |0.95 - 0.8|
    rows = [
        judged(
            frozenset({("a", "violated")}) if n < 8 else frozenset(),
            finding("a", Outcome.VIOLATED, 0.95),
        )
        for n in range(10)
    ]
    found = reliability(probabilities(rows, "violated"))
    assert found.count == 10
    assert abs(found.error - 0.15) < 1e-9


def test_bins_are_weighted_by_how_many_they_hold() -> None:
    # three at 0.9, all so: 0.1; one at 0.2 that was not so: 0.2; (3 x 0.1 + 0.2) / 4 = 0.125
    found = reliability([(0.9, True), (0.9, True), (0.9, True), (0.2, False)])
    assert abs(found.error - 0.125) < 1e-9
    assert [(share, n) for _, share, n in found.rows] == [(0.0, 1), (1.0, 3)]
    assert reliability([]).error == 0.0


def test_a_credit_is_no_probability_of_a_flag_and_rules_without_truth_are_left_out() -> None:
    one = judged(
        frozenset({("d", "met")}),
        finding("a", Outcome.VIOLATED, 0.8),
        finding("d", Outcome.MET, 0.7),
        finding("e", Outcome.MET, 0.6),
    )
    assert probabilities([one], "violated") == [(0.8, False)]
    assert probabilities([one], "met", rules=frozenset("d")) == [(0.7, True)]


def test_findings_of_rules_without_truth_do_not_count() -> None:
    one = judged(frozenset(), finding("a", Outcome.VIOLATED), finding("b", Outcome.VIOLATED))
    assert tally([one], ["violated"], rules=frozenset("b")).false == 1


def test_the_diagram_is_an_svg_that_says_how_many_findings_it_rests_on(tmp_path: Path) -> None:
    draw({"flags": reliability([(0.9, True), (0.4, False)])}, tmp_path / "one.svg")
    drawn = (tmp_path / "one.svg").read_text("utf-8")
    assert drawn.startswith("<?xml")
    assert "flags: error 0.250, 2 findings" in drawn  # (0.1 + 0.4) / 2
