from decimal import Decimal

from benchmarks.judged_calls import JudgedCall, Tags
from benchmarks.judging_tally import Judged, calibration_error, tally
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
    return Judged(call, findings)


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
    error, count = calibration_error(rows)
    assert count == 10
    assert abs(error - 0.15) < 1e-9
