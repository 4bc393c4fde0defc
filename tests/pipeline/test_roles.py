from dataclasses import replace

import pytest

from pipeline.call import CallMetadata, Role
from pipeline.messages import Language
from pipeline.roles import assign_roles, guess_roles, lexical_score
from pipeline.turns import SpokenTurn

UNKNOWN_CALL = CallMetadata(call_id="c1")


def dialogue(*lines: tuple[str, str]) -> list[SpokenTurn]:
    return [
        SpokenTurn(speaker, 2.0 * i, 2.0 * i + 1.5, text, (), None)
        for i, (speaker, text) in enumerate(lines)
    ]


GREETED = dialogue(
    ("voice-0", "您好，这里是句子树，我是张老师，请问有什么可以帮到您吗？"),
    ("voice-1", "你好我想约一节吉他课"),
    ("voice-0", "请问您贵姓"),
    ("voice-1", "免贵姓林"),
)


def test_who_greets_for_the_organisation_is_the_agent() -> None:
    turns = assign_roles(GREETED, metadata=UNKNOWN_CALL, language="zh")
    assert [t.role for t in turns] == [Role.AGENT, Role.CUSTOMER] * 2
    assert [t.turn_no for t in turns] == [0, 1, 2, 3]
    assert min(t.role_probability for t in turns) > 0.95


def test_the_customer_may_speak_first() -> None:
    turns = dialogue(
        ("voice-0", "喂，你好"),
        ("voice-1", "您好我是桔子树的客服专员，不好意思打扰您了，您现在接电话方便吗"),
        ("voice-0", "方便你说"),
    )
    outbound = replace(UNKNOWN_CALL, direction="outbound")
    guesses = guess_roles(turns, metadata=outbound, language="zh")
    assert guesses["voice-1"].role is Role.AGENT
    assert guesses["voice-0"].role is Role.CUSTOMER


def test_words_that_fit_neither_party_leave_the_roles_open() -> None:
    turns = dialogue(("voice-0", "嗯"), ("voice-1", "啊"), ("voice-0", "哦"))
    guesses = guess_roles(turns, metadata=UNKNOWN_CALL, language="zh")
    assert {g.role for g in guesses.values()} == {Role.UNKNOWN}
    assert max(g.probability for g in guesses.values()) < 0.6


def test_named_channels_decide_and_say_how_sure_they_are() -> None:
    turns = [replace(t, speaker=t.speaker.replace("voice", "channel")) for t in GREETED]
    right = replace(UNKNOWN_CALL, channel_roles=(Role.AGENT, Role.CUSTOMER))
    wrong = replace(UNKNOWN_CALL, channel_roles=(Role.CUSTOMER, Role.AGENT))
    agreed = guess_roles(turns, metadata=right, language="zh")["channel-0"]
    contradicted = guess_roles(turns, metadata=wrong, language="zh")["channel-0"]
    assert agreed.role is Role.AGENT
    assert agreed.probability > 0.99
    # the map still decides, but what is said against it takes the certainty away
    assert contradicted.role is Role.CUSTOMER
    assert contradicted.probability < 0.9


def test_a_third_voice_has_no_role() -> None:
    turns = [*GREETED, *dialogue(("voice-2", "欢迎致电"))]
    guesses = guess_roles(turns, metadata=UNKNOWN_CALL, language="zh")
    assert guesses["voice-2"].role is Role.UNKNOWN


def test_a_single_voice_is_judged_by_its_own_words() -> None:
    agent = dialogue(("voice-0", "您好这里是桔子树，您的课帮您约好了，感谢您的来电"))
    murmur = dialogue(("voice-0", "嗯嗯好"))
    said = guess_roles(agent, metadata=UNKNOWN_CALL, language="zh")["voice-0"]
    unsaid = guess_roles(murmur, metadata=UNKNOWN_CALL, language="zh")["voice-0"]
    assert said.role is Role.AGENT
    assert unsaid.role is not Role.AGENT


@pytest.mark.parametrize(
    ("language", "agent", "customer"),
    [
        ("es", "Le atiende Carlos, ¿en qué puedo ayudarle?", "Quiero saber dónde está mi paquete"),
        ("en", "Thank you for calling, how can I help?", "I'd like to cancel my order"),
        ("zh", "請您稍等，我幫您查一下", "我要投诉你们前台的态度太差了"),
    ],
)
def test_each_language_has_its_cues(language: Language, agent: str, customer: str) -> None:
    turns = dialogue(("a", agent), ("c", customer))
    assert lexical_score(turns, speaker="a", language=language) > 1.0
    assert lexical_score(turns, speaker="c", language=language) < -1.0


def test_no_turns_no_roles() -> None:
    assert assign_roles((), metadata=UNKNOWN_CALL, language="zh") == ()
