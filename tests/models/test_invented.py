import pytest

from models.invented import is_credit, is_loop


@pytest.mark.parametrize(
    "text",
    [
        "字幕由Amara.org社区提供",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "以下是普通话的句子。",
        "Subtítulos realizados por la comunidad de Amara.org",
        "¡Gracias por ver el vídeo!",
        "Thanks for watching!",
        "谢谢观看",
    ],
)
def test_texts_learnt_from_subtitles_are_known(text: str) -> None:
    assert is_credit(text)


@pytest.mark.parametrize(
    "text",
    [
        "感谢您的来电，再见",
        "谢谢您的等待",
        "我想订阅你们的课程",
        "Gracias por llamar, adiós",
        "thanks for waiting",
        "您看看这个字幕老师的课",
    ],
)
def test_what_people_say_is_not_taken_for_them(text: str) -> None:
    assert not is_credit(text)


def test_a_phrase_that_repeats_itself_is_a_loop() -> None:
    assert is_loop("我知道我知道我知道我知道我知道", speech_s=10.0, language="zh")


def test_more_characters_than_anybody_can_say_are_a_loop() -> None:
    assert is_loop("这里是桔子树我是张老师请问您", speech_s=0.5, language="zh")


def test_ordinary_speech_is_no_loop() -> None:
    text = "您好，这里是桔子树，我是张老师，请问有什么可以帮到您吗？"
    assert not is_loop(text, speech_s=5.4, language="zh")
    assert not is_loop("喂喂喂，是桔子树吗", speech_s=2.0, language="zh")
    assert not is_loop("sí, sí, sí, claro", speech_s=1.5, language="es")


def test_a_sentence_twice_in_the_time_of_once_is_a_loop() -> None:
    # 18 characters in 2.4 s, 7.5 a second; read from nine characters that were said once
    twice = "自动驾驶汽车的实现自动驾驶汽车的实现"
    assert is_loop(twice, speech_s=2.4, language="zh")
    assert is_loop("武汉天津和杭州推盘相对季节武汉天津和杭州推盘", speech_s=3.3, language="zh")


def test_a_sentence_that_repeats_after_others_is_a_loop() -> None:
    # 6.4 s of speech; the last sentence was said once
    said = "Good afternoon, this is Orange Tree, Emma speaking. How may I help you? "
    again = "Yes, we do. May I have your name, please? "
    assert is_loop(said + again + again + again[:-3], speech_s=6.4, language="en")
    assert not is_loop(said + again, speech_s=6.4, language="en")


def test_a_sentence_that_is_said_twice_is_no_loop() -> None:
    assert not is_loop("您听我说您听我说", speech_s=2.0, language="zh")
    assert not is_loop("喂您好您听我说您听我说行吗", speech_s=3.0, language="zh")
