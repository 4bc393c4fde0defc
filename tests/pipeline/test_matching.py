from phrasebook_examples import dialogue

from pipeline.call import Role, Transcript, Turn
from pipeline.dialogue import spread_words
from pipeline.matching import Hit, find_hits
from pipeline.patterns import PhraseSet, parse_phrases
from pipeline.phrase_index import index_phrases
from pipeline.stream import build_stream


def hits(phrases: str, text: str, language: str = "zh") -> list[Hit]:
    spoken = text if text.startswith(("agent", "customer")) else f"agent: {text}"
    patterns = parse_phrases(phrases, language=language, names={})  # type: ignore[arg-type]
    wanted = PhraseSet(patterns)
    index = index_phrases([wanted], language)  # type: ignore[arg-type]
    stream = build_stream(dialogue(spoken, language), Role.AGENT)  # type: ignore[arg-type]
    return list(find_hits(stream, index).get(wanted, ()))


def similarity(phrase: str, text: str, language: str = "zh") -> float:
    return max((h.sound_similarity for h in hits(phrase, text, language)), default=0.0)


def test_an_exact_phrase_is_found_at_its_place() -> None:
    (hit,) = hits("我不知道", "这个啊，我不知道。")
    assert (hit.first, hit.last) == (3, 6)
    assert hit.sound_similarity == 100.0


def test_homophones_are_found_as_if_written_rightly() -> None:
    assert similarity("这里是桔子树", "您好，这里是局子数。") > 98
    assert similarity("我已经说的很清楚了", "我以经说得很清处了") > 98


def test_near_sounds_cost_less_than_other_sounds() -> None:
    near = similarity("您贵姓呢请问", "您贵信呢请问")
    far = similarity("您贵姓呢请问", "您贵码呢请问")
    assert near > 95 > far


def test_the_whole_phrase_has_to_be_said() -> None:
    assert hits("请您稍等一会儿马上就好", "请您稍等") == []


def test_particles_may_come_and_go() -> None:
    assert similarity("您听明白了吗", "您听明白吗") > 90
    assert similarity("请您稍等", "那请您稍等一下哈") == 100.0


def test_a_negation_is_never_a_small_error() -> None:
    assert similarity("可以给您办理退款", "可以给您办理退款") == 100.0
    assert similarity("可以给您办理退款", "不可以给您办理退款") == 0.0
    assert similarity("不可以给您办理退款", "可以给您办理退款") == 0.0
    assert similarity("我可以给您办理退款", "我不可以给您办理退款") == 0.0


def test_a_question_or_an_offer_is_no_negation() -> None:
    assert similarity("可以给您办理退款", "看看可不可以给您办理退款") == 100.0
    assert similarity("我帮您问一下", "要不我帮您问一下") == 100.0


def test_me_and_you_are_never_confused() -> None:
    assert similarity("您搞错了", "是我搞错了") == 0.0


def test_short_phrases_must_be_exact_by_sound() -> None:
    assert similarity("没办法", "没辦法") == 100.0
    assert similarity("没办法", "没扮法") > 98
    assert hits("没办法", "没看法") == []
    assert hits("没办法", "没法") == []


def test_essential_words_must_be_heard() -> None:
    assert hits("您稍!等一会儿", "您等一会儿") == []
    assert similarity("您稍!等一会儿", "您烧等一会儿") > 98


def test_anchors_hold_at_clause_borders() -> None:
    assert hits("^什么$", "什么？再说一遍")
    assert hits("^什么$", "您什么时候方便") == []


def test_a_gap_has_a_limit_and_does_not_cross_turns() -> None:
    assert hits("我是…3老师", "我是张小雨老师")
    assert hits("我是…2老师", "我是张小雨老师") == []
    assert hits("我是…3老师", "agent: 我是\ncustomer: 你说什么呢\nagent: 张老师") == []


def test_slots_are_filled_by_what_they_name() -> None:
    assert hits("<时间>…4给您回电话", "我明天下午三点前给您回电话")
    assert hits("<时间>…4给您回电话", "半小时后给您回电话")
    assert hits("<时间>…4给您回电话", "有消息给您回电话") == []


def test_a_phrase_goes_on_over_the_border_of_turns() -> None:
    assert similarity("请您稍等一会儿", "agent: 请您稍等\ncustomer: 嗯\nagent: 一会儿") > 90


def test_a_phrase_does_not_go_on_after_a_long_silence() -> None:
    assert hits("请您稍等一会儿", "agent: 请您稍\nagent[pause=9]: 等一会儿") == []


def test_what_is_surely_another_word_weighs_more_than_what_is_hardly_heard() -> None:
    def heard(probability: float) -> float:
        text = "你电话号吗多少"
        words = spread_words(text, start=0.0, end=2.0, probability=probability)
        turns = (Turn(0, "a", Role.AGENT, 0.99, 0.0, 2.0, text, words),)
        wanted = PhraseSet(parse_phrases("你电话号是多少", language="zh", names={}))
        stream = build_stream(Transcript("zh", turns, (), 2.0), Role.AGENT)
        found = find_hits(stream, index_phrases([wanted], "zh"))
        return max(h.sound_similarity for h in found[wanted])

    assert heard(0.2) > heard(0.99)


def test_spanish_is_matched_by_words_and_their_sound() -> None:
    assert similarity("no es mi responsabilidad", "No es mi responsavilidad.", "es") > 98
    assert similarity("en qué puedo ayudarle", "¿En qué puedo ayudarlo?", "es") > 95
    assert hits("no es mi responsabilidad", "Es mi responsabilidad.", "es") == []


def test_nothing_is_found_in_nothing() -> None:
    assert hits("我不知道", "customer: 我不知道") == []
