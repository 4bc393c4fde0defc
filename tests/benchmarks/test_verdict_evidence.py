"""Verdicts of known truth, from the lake and the decisions to new coefficients."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, update

from benchmarks.calibrate_matcher import main
from benchmarks.evidence_fit import (
    Labelled,
    effective_count,
    fit,
    held_out,
    log_loss,
    reliability_of,
)
from benchmarks.verdict_evidence import (
    TooFewVerdictsError,
    Verdicts,
    read_verdicts,
    refuse_too_few,
)
from flows.cli import run
from pipeline.call import CallMetadata
from pipeline.probability import HitEvidence, evidence_weights, hit_probability, read_weights
from warehouse.connection import open_warehouse
from warehouse.decisions.accounts import create_account
from warehouse.decisions.filling import fill_queue
from warehouse.decisions.rule_counts import labelled_flags
from warehouse.decisions.store import open_decisions
from warehouse.decisions.tables import decision, review
from warehouse.rescoring.digests import record_books
from warehouse.results import append_calls

sys.path.append(str(Path(__file__).parents[1] / "warehouse"))
from small_books import inspected, make_books

SAID = "agent: 您好\ncustomer: 嗯\nagent: {words}\n"
# What is heard, how many calls, how often it is truly the fault, and how many of them people look
# at. The machine gives these hits 0.99, 0.77 and 0.58, and the doubtful ones are looked at first.
HEARD = {
    "你自己想办法": (150, 0.96, 45),
    "你自己想方法": (75, 0.20, 60),
    "你之己想板画": (75, 0.04, 75),
}
TRUE_SHARE = (150 * 0.96 + 75 * 0.20 + 75 * 0.04) / 300  # 0.54


@dataclass(frozen=True)
class Reviewed:
    """A data folder in which people gave verdicts."""

    data: Path
    books: Path
    truth: dict[str, bool]  # by call, also of those that nobody looked at


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verdicts")
    book = make_books(folder / "books")["zh"]
    rng = np.random.default_rng(7)
    calls, truth, looked = [], {}, []
    for kind, (words, (count, share, looks)) in enumerate(HEARD.items()):
        for number in range(count):
            call_id = f"{number:03}-{kind}"
            metadata = CallMetadata(
                call_id, language="zh", agent_id="A1", started_at=datetime(2026, 11, 2, tzinfo=UTC)
            )
            calls.append(inspected(call_id, SAID.format(words=words), book, metadata))
            truth[call_id] = number < share * count
        looked += [f"{n:03}-{kind}" for n in rng.permutation(count)[:looks]]
    data = folder / "data"
    engine = open_decisions(data)
    with open_warehouse(data) as warehouse:
        record_books(warehouse, [book])
        append_calls(warehouse, calls, [], night_id=None, code_version="1")
        fill_queue(engine, warehouse)
    secret = {"login": "ann", "name": "Ann", "password": "correct horse battery"}
    ann = create_account(engine, role="inspector", **secret).account_id
    place = next(n for n, f in enumerate(calls[0].findings) if f.rule_id == "zh.rude")
    said = {call_id: "confirmed" if truth[call_id] else "false" for call_id in looked}
    with engine.begin() as connection:
        rows = connection.execute(review.select()).mappings().all()
        scoring = {row["call_id"]: row["scoring_id"] for row in rows}
        connection.execute(
            insert(decision),
            [
                {
                    "call_id": call_id,
                    "scoring_id": scoring[call_id],
                    "kind": "verdict",
                    "finding_no": place,
                    "value": {"verdict": verdict},
                    "account_id": ann,
                    "at": datetime(2026, 11, 3, tzinfo=UTC),
                }
                for call_id, verdict in said.items()
            ],
        )
        connection.execute(
            update(review).where(review.c.call_id.in_(looked)).values(state="submitted")
        )
    engine.dispose()
    return Reviewed(data, folder / "books", truth)


def test_weighted_verdicts_stand_for_all_flags_and_plain_ones_for_those_looked_at(reviewed):
    engine = open_decisions(reviewed.data)
    flags = labelled_flags(engine)
    engine.dispose()
    assert len(flags) == 180
    assert sum(f.weight for f in flags) == pytest.approx(300)  # each stands for its stratum's
    plain = np.mean([f.true for f in flags])
    weighted = np.average([f.true for f in flags], weights=[f.weight for f in flags])
    # 0.96 x 45 + 0.20 x 60 + 0.04 x 75 of 180 is 0.32; all 300 flags: 0.54
    assert plain < 0.40
    assert abs(weighted - TRUE_SHARE) < 0.05


def test_verdicts_become_the_hits_that_they_are_about(reviewed):
    found = read_verdicts(reviewed.data, make_books(reviewed.books))
    assert (found.verdicts, len(found.rows), found.left_out) == (180, 180, {})
    assert all(row.said == reviewed.truth[row.call] for row in found.rows)
    exact = next(row for row in found.rows if row.call.endswith("-0"))
    assert exact.grounds.sound_similarity == 100.0
    worth = effective_count([row.weight for row in found.rows])
    assert sum(row.weight for row in found.rows) == pytest.approx(worth)
    assert worth < 180


def test_a_flag_of_several_passages_or_of_another_rule_labels_nothing(reviewed, tmp_path):
    without = make_books(tmp_path, zh_rude=None)
    found = read_verdicts(reviewed.data, without)
    assert found.rows == ()
    assert found.left_out == {"of rules that are no more": 180}


def test_the_model_learns_what_people_said_and_the_preview_shows_what_would_change(
    reviewed, tmp_path, capsys
):
    new = tmp_path / "new.toml"
    asked = ["--verdicts", str(reviewed.data), "--phrasebook", str(reviewed.books)]
    assert main([*asked, "--least", "180", "--out", str(new)]) == 0
    told = capsys.readouterr().out
    assert "verdicts, in use: calibration error" in told
    assert "verdicts, fitted: calibration error" in told
    weights = read_weights(new)
    assert "180 verdicts" in weights.provenance
    assert "calibration error" in weights.provenance
    assert weights.sound > 0
    worst = HitEvidence(83.1, 50.0, 0.95, 0.99, 6)  # 你之己想板画, true in 4 of 100
    assert hit_probability(worst) > 0.5
    assert hit_probability(worst, weights) < 0.5
    # what is heard as 你之己想板画 is no fault any more; the exact words stay one
    command = ["rescore", "--data", str(reviewed.data), "--phrasebook", str(reviewed.books)]
    command += ["--processes", "1"]  # another one takes longer to start than this takes
    assert run([*command, "--weights", str(new), "--preview", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["weights"]["provenance"] == weights.provenance
    (rule,) = (r for r in document["rules"] if r["removed"])
    assert (rule["rule_id"], rule["added"]) == ("zh.rude", 0)
    assert 75 <= rule["removed"] <= 150
    assert rule["precision_after"] > 0.5 > rule["precision_before"]  # 57 of 105; 60 of 180
    assert run([*command, "--preview", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] == 300  # by the program's own


def test_the_held_out_verdicts_are_more_probable_after_the_fit(reviewed):
    rows = read_verdicts(reviewed.data, make_books(reviewed.books)).rows
    held = held_out(row.call for row in rows)
    before = evidence_weights()
    after = fit([row for row in rows if row.call not in held], before)
    tested = [row for row in rows if row.call in held]
    assert len(tested) == 60
    assert log_loss(tested, after) < log_loss(tested, before)
    assert reliability_of(tested, after).error < reliability_of(tested, before).error


def test_too_few_verdicts_are_refused_and_nothing_is_written(reviewed, tmp_path, capsys):
    new = tmp_path / "new.toml"
    asked = ["--verdicts", str(reviewed.data), "--phrasebook", str(reviewed.books)]
    assert main([*asked, "--least", "181", "--out", str(new)]) == 1
    assert "too few verdicts: 180 label a hit" in capsys.readouterr().err
    assert not new.exists()


def test_verdicts_that_nearly_all_say_the_same_are_refused():
    row = Labelled("call", "rule", HitEvidence(90.0, 90.0, 0.9, 0.9, 5), said=True)
    with pytest.raises(TooFewVerdictsError, match="20 false"):
        refuse_too_few(Verdicts((row,) * 500, 500, {}))


def test_weights_keep_a_sample_by_risk_from_bending_the_fit():
    """Hits alike in evidence: nine in ten are true of the 900 of a stratum of which one in thirty
    is looked at, one in ten of the 100 of one that is looked at whole. All: 82 %.
    """
    grounds = HitEvidence(90.0, 90.0, 0.9, 0.95, 6)
    rows = [Labelled(f"a{n}", "r", grounds, n % 10 != 0, 30.0) for n in range(30)]
    rows += [Labelled(f"b{n}", "r", grounds, n % 10 == 0, 1.0) for n in range(100)]
    found = fit(rows, evidence_weights())
    assert abs(hit_probability(grounds, found) - 0.82) < 0.02
    plain = fit([Labelled(r.call, r.rule, r.grounds, r.said) for r in rows], evidence_weights())
    assert hit_probability(grounds, plain) < 0.4  # 37 of 130


def test_the_log_loss_is_that_of_the_definition():
    grounds = HitEvidence(90.0, 90.0, 0.9, 0.95, 6)
    chance = hit_probability(grounds)
    rows = [Labelled("a", "r", grounds, True, 3.0), Labelled("b", "r", grounds, False, 1.0)]
    expected = -(3 * np.log(chance) + np.log(1 - chance)) / 4
    assert log_loss(rows, evidence_weights()) == pytest.approx(expected)
