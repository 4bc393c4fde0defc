from pipeline.normalise import fold_accents, simplify, tokenise


def texts(text: str, language: str = "zh") -> list[str]:
    return [token.text for token in tokenise(text, language)]  # type: ignore[arg-type]


def test_traditional_characters_become_simplified_and_keep_their_places() -> None:
    assert simplify("請您稍等，馬上為您查詢") == "请您稍等，马上为您查询"


def test_punctuation_is_dropped_and_digits_are_spelled() -> None:
    assert "".join(texts("好，12小时后！")) == "好十二小时后"


def test_latin_letters_are_one_lower_case_token_however_they_are_spaced() -> None:
    assert texts("在APP上") == ["在", "app", "上"]
    assert texts("在A P P上") == ["在", "app", "上"]


def test_tokens_know_their_place_in_the_written_text() -> None:
    tokens = tokenise("好，12点", "zh")
    assert [(t.text, t.first, t.last) for t in tokens] == [
        ("好", 0, 0),
        ("十", 2, 3),
        ("二", 2, 3),
        ("点", 4, 4),
    ]


def test_a_clause_begins_after_punctuation_and_after_a_space_between_characters() -> None:
    tokens = tokenise("您好，桔子树 请讲", "zh")
    assert [t.text for t in tokens if t.breaks] == ["您", "桔", "请"]


def test_spanish_words_lose_accents_and_case_but_not_the_enye() -> None:
    assert texts("¿En qué puedo ayudarle, señor?", "es") == [
        "en",
        "que",
        "puedo",
        "ayudarle",
        "señor",
    ]
    assert fold_accents("pingüino") == "pinguino"


def test_a_text_without_words_has_no_tokens() -> None:
    assert tokenise("……？！", "zh") == ()
    assert tokenise("", "es") == ()
