"""Draw a call: plan, exchanges, names, voices, line. The same seed draws the same call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.synthesis.bank import Exchange, Plan, Step, read_parts, read_plans
from benchmarks.synthesis.script import Cue, Say, Script, parse_cues
from benchmarks.synthesis.voices import VOICES, of_language, tell_apart

# How likely each kind of exchange is, by how the agent does.
_MOODS: dict[str, Mapping[str, float]] = {
    "good": {"good": 0.8, "near": 0.15, "plain": 0.2, "bad": 0.02},
    "mixed": {"good": 0.35, "near": 0.35, "plain": 0.15, "bad": 0.45},
    "bad": {"good": 0.1, "near": 0.3, "plain": 0.1, "bad": 0.8},
}
_LINES = ("clean", "leak", "cafe", "gsm", "clean", "leak", "gsm", "hum", "cafe", "worst")
_SAME_SEX_CHANCE = 0.3
_HURRY_CHANCE = 0.07  # agents who speak much too fast
_LATCH_CHANCE, _LONG_TURN = 0.15, 8
_SURNAMES = "林王李陈赵周吴郑高何孙马朱胡郭罗梁宋唐许韩冯曹彭"
_GIVEN = ("小雨", "子涵", "思远", "明轩", "佳怡", "晓彤", "浩然", "雅琪", "天宇", "欣然")
_COURSES = ("吉他", "钢琴", "古筝", "声乐", "架子鼓", "小提琴", "尤克里里", "二胡")
_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "下周二", "下周四")
_TIMES = ("上午九点", "上午十点", "上午十点半", "下午两点", "下午三点半", "晚上六点", "晚上七点")
_SPANISH_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes")
_SPANISH_NAMES = {
    "f": ("Lucía", "Marta", "Elena", "Pilar"),
    "m": ("Javier", "Andrés", "Tomás", "Diego"),
}


@dataclass(frozen=True, slots=True)
class Draw:
    """A call to be drawn; `plan_name` None takes any plan but the long ones."""

    number: int
    language: str = "zh"
    plan_name: str | None = None


def cast(draw: Draw, *, seed: int) -> tuple[str, Script]:
    """A call's name (`t07_complaint_bad`) and its script.

    Raises: KeyError if a plan names a part that the bank does not have; StopIteration for an
    unknown plan.
    """
    rng = np.random.default_rng([seed, draw.number])
    plan = _plan(draw, rng)
    mood = ("good", "mixed", "bad")[int(rng.integers(3))]
    header = _header(draw, plan, rng=rng)
    parts = read_parts(draw.language)
    texts = [
        text for step in plan.steps for text in _texts(step, parts[step.part], mood=mood, rng=rng)
    ]
    filled = fill("\n".join(texts), _blanks(header, rng))
    name = f"t{draw.number:02d}_{plan.name}_{mood}"
    return name, Script(header, _latch(parse_cues(filled, name=name), rng))


def fill(text: str, blanks: Mapping[str, Sequence[str]]) -> str:
    """Fill each `{name}`: single-valued blanks always alike, others anew in turn at each line.

    Raises: KeyError for a blank without values.
    """
    lines = []
    for count, line in enumerate(text.splitlines()):
        lines.append(re.sub(r"\{(\w+)\}", partial(_value, blanks, count), line))
    return "\n".join(lines)


def _value(blanks: Mapping[str, Sequence[str]], line: int, match: re.Match[str]) -> str:
    values = blanks[match[1]]
    return values[line % len(values)]


def _latch(cues: Sequence[Cue], rng: np.random.Generator) -> tuple[Cue, ...]:
    """Let some turns begin before the other party has quite ended, as in life.

    Only after long turns, by at most 0.5 s for the customer and 0.25 s for the agent: no
    interruption.
    """
    latched: list[Cue] = []
    before: Cue | None = None
    for cue in cues:
        latest = {"customer": 0.5, "agent": 0.25}
        if (
            isinstance(cue, Say)
            and isinstance(before, Say)
            and cue.gap_s is None
            and cue.speaker in latest
            and cue.speaker != before.speaker
            and len(before.text) >= _LONG_TURN
            and rng.random() < _LATCH_CHANCE
        ):
            cue = replace(cue, gap_s=-float(rng.uniform(0.05, latest[cue.speaker])))
        latched.append(cue)
        before = cue
    return tuple(latched)


def _plan(draw: Draw, rng: np.random.Generator) -> Plan:
    plans = read_plans(draw.language)
    if draw.plan_name is not None:
        return next(plan for plan in plans if plan.name == draw.plan_name)
    short = [plan for plan in plans if not plan.name.startswith("long")]
    return short[int(rng.integers(len(short)))]


def _texts(
    step: Step, exchanges: Sequence[Exchange], *, mood: str, rng: np.random.Generator
) -> list[str]:
    if rng.random() > step.chance:
        return []
    weights = np.array([_MOODS[mood][e.kind] for e in exchanges])
    # an exchange's chance is that of its kind, shared among the exchanges of that kind
    shares = np.array([sum(o.kind == e.kind for o in exchanges) for e in exchanges])
    chances = weights / shares
    count = min(step.count, len(exchanges))
    chosen = rng.choice(len(exchanges), size=count, replace=False, p=chances / chances.sum())
    return [exchanges[int(i)].text for i in chosen]


def _header(draw: Draw, plan: Plan, *, rng: np.random.Generator) -> dict[str, str]:
    voices = of_language(draw.language)  # type: ignore[arg-type]
    agent = voices[int(rng.integers(len(voices)))]
    fitting = [v for v in voices if tell_apart(agent, v)]
    contrast = [v for v in fitting if v.sex != agent.sex]
    near = rng.random() < _SAME_SEX_CHANCE
    callers = fitting if near or not contrast else contrast
    customer = callers[int(rng.integers(len(callers)))]
    others = [v for v in fitting if tell_apart(customer, v) or len(fitting) == 1]
    third = others[int(rng.integers(len(others)))] if others else customer
    agent_level, customer_level = rng.uniform(-25, -18), rng.uniform(-32, -19)
    hurried = rng.random() < _HURRY_CHANCE
    day, hour, minute = (int(rng.integers(a, b)) for a, b in ((2, 21), (9, 19), (0, 60)))
    return {
        "language": draw.language,
        "purpose": plan.purpose,
        "direction": plan.direction,
        "line": _LINES[int(rng.integers(len(_LINES)))],
        "agent": agent.name,
        "customer": customer.name,
        "other": third.name,
        "supervisor": third.name,
        "agent_level_db": f"{agent_level:.1f}",
        "customer_level_db": f"{customer_level:.1f}",
        "agent_speed": f"{1.45 if hurried else rng.uniform(0.82, 1.06):.2f}",
        "customer_speed": f"{rng.uniform(0.85, 1.1):.2f}",
        "agent_id": f"T{int(rng.integers(6))}",
        "customer_ref": f"K{int(rng.integers(100, 999))}",
        "started_at": f"2026-11-{day:02d}T{hour:02d}:{minute:02d}:00+08:00",
    }


def _blanks(header: Mapping[str, str], rng: np.random.Generator) -> dict[str, list[str]]:
    woman = VOICES[header["customer"]].sex == "f"
    surname, teacher, teacher2 = (
        _SURNAMES[int(i)] for i in rng.choice(len(_SURNAMES), 3, replace=False)
    )
    digits = "".join("零一二三四五六七八九"[int(d)] for d in rng.integers(0, 10, 9))
    titles = ("女士", "妈妈") if woman else ("先生", "爸爸")
    names = _SPANISH_NAMES[VOICES[header["agent"]].sex]
    spanish = header["language"] == "es"
    return {
        "surname": [surname],
        "given": [_GIVEN[int(rng.integers(len(_GIVEN)))]],
        "teacher": [teacher],
        "teacher2": [teacher2],
        "title": [titles[int(rng.integers(2))]],
        "number": ["一三" + digits],
        "course": [_COURSES[int(rng.integers(len(_COURSES)))]],
        "name": [names[int(rng.integers(len(names)))]],
        "day": [str(d) for d in rng.permutation(_SPANISH_DAYS if spanish else _DAYS)],
        "time": [str(t) for t in rng.permutation(_TIMES)],
        "wait": [str(int(w)) for w in rng.integers(8, 22, 5)],
        "longwait": [str(int(w)) for w in rng.integers(14, 26, 5)],
        "sound": [str(s) for s in rng.permutation(["music", "silence", "noise", "music"])],
    }
