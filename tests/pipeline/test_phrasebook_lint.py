from pathlib import Path

from phrasebook_examples import book_of, write_book

from pipeline.phrasebook_lint import check_phrasebook, lint

GOOD = """
[[rule]]
id = "polite"
title = "请稍等"
kind = "credit"
points = 1
source = { file = "norm.txt", line = 1, quote = "请您稍等片刻" }
phrases = '请您稍!等[片刻|一会儿]'
[[rule.test]]
expect = "met"
dialogue = 'agent: 请您稍等片刻'
[[rule.test]]
expect = "not_applicable"
dialogue = 'agent: 您好'
"""

BAD = """
[[rule]]
id = "rude"
title = "你等着"
kind = "forbidden"
points = -1
source = { file = "norm.txt", line = 2, quote = "你等一会儿" }
phrases = '你先等一会儿'
[[rule.test]]
expect = "violated"
dialogue = 'agent: 你先等一会儿'
[[rule.test]]
expect = "clear"
dialogue = 'agent: 您好'
"""


def told(folder: Path, rules: str) -> list[tuple[str, str]]:
    return [(f.rule, f.key.removeprefix("phrasebook.")) for f in lint(book_of(folder, rules))]


def test_a_sound_phrasebook_has_no_faults(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD + BAD) == []


def test_a_rule_without_source_or_tests_is_named(tmp_path: Path) -> None:
    bare = BAD.replace('source = { file = "norm.txt", line = 2, quote = "你等一会儿" }\n', "")
    assert told(tmp_path, bare) == [("rude", "no_source")]
    untested = BAD[: BAD.index("[[rule.test]]")]
    assert told(tmp_path, untested) == [("rude", "no_tests")]


def test_tests_of_one_outcome_only_are_named(tmp_path: Path) -> None:
    assert told(tmp_path, BAD.replace('"clear"', '"violated"').replace("您好", "你先等一会儿")) == [
        ("rude", "one_sided_tests")
    ]


def test_a_failing_test_is_named_with_what_was_found(tmp_path: Path) -> None:
    book = book_of(tmp_path, BAD.replace("agent: 你先等一会儿", "agent: 好的"))
    (fault,) = lint(book)
    assert "第 1 个测试没有通过：应为 violated，实为 clear" in fault.text("zh")


def test_a_window_without_room_is_named(tmp_path: Path) -> None:
    narrow = BAD.replace("phrases =", "window = { first_s = 0.5 }\nphrases =")
    assert ("rude", "no_room") in told(tmp_path, narrow)


def test_a_window_that_skips_itself_is_named(tmp_path: Path) -> None:
    nothing = BAD.replace("phrases =", "window = { first_s = 5, skip_s = 5 }\nphrases =")
    assert ("rude", "no_window") in told(tmp_path, nothing)
    turns = BAD.replace("phrases =", "window = { first_turns = 2, skip_turns = 2 }\nphrases =")
    assert ("rude", "no_window") in told(tmp_path / "2", turns)
    # five characters need more than half a second
    narrow = BAD.replace("phrases =", "window = { first_s = 5, skip_s = 4.5 }\nphrases =")
    assert ("rude", "no_room") in told(tmp_path / "3", narrow)
    wide = BAD.replace("phrases =", "window = { first_s = 5, skip_s = 0.5 }\nphrases =")
    assert {key for _, key in told(tmp_path / "4", wide)} & {"no_window", "no_room"} == set()


def test_a_short_phrase_needs_a_place_or_a_context(tmp_path: Path) -> None:
    loose = BAD.replace("phrases = '你先等一会儿'", "phrases = '''\n你先等一会儿\n等着\n'''")
    assert told(tmp_path, loose) == [("rude", "loose_phrase")]
    assert told(tmp_path / "2", loose.replace("\n等着\n", "\n^等着$\n")) == []


def test_more_phrases_than_there_are_cannot_be_asked_for(tmp_path: Path) -> None:
    much = BAD.replace("phrases =", "at_least = 2\nphrases =")
    assert ("rude", "too_few_phrases") in told(tmp_path, much)


def test_a_phrase_that_forbids_the_norms_own_words_is_named(tmp_path: Path) -> None:
    clash = BAD.replace("你先等一会儿", "请您稍等片刻")
    found = told(tmp_path, GOOD + clash)
    assert ("rude", "forbids_advice") in found


def test_phrases_of_opposite_verdicts_that_sound_alike_are_named(tmp_path: Path) -> None:
    clash = BAD.replace("phrases = '你先等一会儿'", "phrases = '请您烧等一会儿'").replace(
        "agent: 你先等一会儿", "agent: 请您烧等一会儿"
    )
    assert ("rude", "sounds_alike") in told(tmp_path, GOOD + clash)


def test_an_exception_settles_phrases_that_sound_alike(tmp_path: Path) -> None:
    settled = BAD.replace(
        "phrases = '你先等一会儿'", "phrases = '你!先等一会儿'\nunless = '请您稍等一会儿'"
    )
    assert told(tmp_path, GOOD + settled) == []


def test_what_cannot_be_read_is_told_as_well(tmp_path: Path) -> None:
    folder = write_book(tmp_path, BAD.replace("kind", "kinds"))
    assert {f.key for f in check_phrasebook(folder)} == {
        "phrasebook.missing",
        "phrasebook.unknown_key",
    }


def test_a_condition_on_a_rule_that_does_not_come_before_is_named(tmp_path: Path) -> None:
    waits = BAD.replace("phrases =", 'when = { findings = ["polite met"] }\nphrases =')
    assert ("rude", "not_earlier") in told(tmp_path, waits + GOOD)
    assert ("rude", "not_earlier") not in told(tmp_path / "2", GOOD + waits)


def test_a_condition_on_an_outcome_that_a_rule_never_has_is_named(tmp_path: Path) -> None:
    waits = BAD.replace("phrases =", 'when = { findings = ["polite missed"] }\nphrases =')
    assert ("rude", "never_found") in told(tmp_path, GOOD + waits)


def test_conditions_that_no_call_meets_are_named(tmp_path: Path) -> None:
    never = 'when = { purposes = ["absence"], directions = ["inbound"] }\nphrases ='
    assert ("rude", "no_such_call") not in told(tmp_path, BAD.replace("phrases =", never))
    never = 'when = { purposes = ["absence"], not_purposes = ["absence"] }\nphrases ='
    assert ("rude", "no_such_call") in told(tmp_path / "2", BAD.replace("phrases =", never))


def test_faults_name_the_language_folder_and_the_reader_s_words(tmp_path: Path) -> None:
    folder = write_book(tmp_path, BAD[: BAD.index("[[rule.test]]")])
    (fault,) = check_phrasebook(folder)
    assert fault.text("es").startswith("zh/rules.toml:2 norma «rude»: no tiene pruebas")
    assert fault.text("en").startswith('zh/rules.toml:2 rule "rude": has no tests')
