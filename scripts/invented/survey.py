"""An invented survey: questions, answers of people who do not exist, and how many were asked.

The pattern is put in on purpose, so that a report on it has something to find: people with direct
payments report more control, older people less, and information is easier to find in the second
wave than in the first. So few hold an Individual Service Fund that their answers must stay hidden.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

Row = dict[str, str]

WAVES = {"2023-24": (420, 2870), "2025-26": (380, 2915)}  # respondents, people who could be asked
FOLLOWED = 150  # people who answered in both
ISF = 3  # respondents of a wave with an Individual Service Fund
OLDER = "65 and over"
DIRECT = "direct payment"
# Share of everyone who could be asked, and of those who answered: why the answers need weights.
STRATA = {"learning disability": (0.16, 0.22), "other 18 to 64": (0.22, 0.23), OLDER: (0.62, 0.55)}
REASONS = {
    "other 18 to 64": {
        "physical support": 52, "mental health support": 36, "sensory support": 4,
        "support with memory and cognition": 3, "social support": 5,
    },
    OLDER: {
        "physical support": 70, "support with memory and cognition": 15, "mental health support": 6,
        "sensory support": 4, "social support": 3, "learning disability support": 2,
    },
}  # fmt: skip
BUDGETS = {
    "18 to 64": {DIRECT: 42, "managed": 48, "none": 10},
    OLDER: {DIRECT: 18, "managed": 62, "none": 20},
}
BLANK = 0.02  # of the cells that say something about a respondent
PULL = 1.1  # how strongly one person's answers hang together, in log odds
STAYS = 0.7  # how much of it stays with a person from wave to wave
SPREAD = math.sqrt(1 + 0.346 * PULL**2)  # keeps shares where they were meant to be, pull or not


class Question(NamedTuple):
    """One question. level: share of good answers, where no indicator gives one. The rest are log
    odds: what a direct payment, being 65 or over and the second wave do to a good answer."""

    question: str
    wording: str
    scale: str
    good: str
    cell: str
    level: float = 0.7
    standard: str = ""
    indicator: str = ""
    direct: float = 0.15
    older: float = 0.0
    second: float = 0.0
    universal: str = "no"
    left_out: str = ""
    aside: float = 0.0  # share who give the answer that is left out


def _ascs(item: str, about: str) -> str:
    return f"Item {item} of the Adult Social Care Survey: {about}"


NEED = "1 As I want it; 2 Good enough; 3 Some need not met; 4 Much need not met"
MUCH = "1 All I want; 2 Enough; 3 Too little; 4 None at all"
SAFE = "1 As safe as I want; 2 Safe enough; 3 Less safe than I need; 4 Not safe at all"
FEEL = "1 Better about myself; 2 No different; 3 Sometimes worse; 4 Worse"
QUESTIONS = (
    Question(
        "satisfaction", _ascs("1", "how satisfied people are with their care and support"),
        "1 Extremely satisfied; 2 Very satisfied; 3 Quite satisfied; 4 Neither;"
        " 5 Quite dissatisfied; 6 Very dissatisfied; 7 Extremely dissatisfied",
        "1;2", "E2:F1", standard="ascs-1", indicator="satisfaction", direct=0.3, older=-0.1,
    ),
    Question(
        "control", _ascs("3a", "how much control people have over daily life"), MUCH, "1;2",
        "E2.1:F3", standard="ascs-3a", indicator="control", direct=0.9, older=-0.6,
    ),
    Question(
        "personal-care", _ascs("4a", "keeping clean and looking presentable"), NEED, "1;2",
        "E1:F3", 0.93, "ascs-4a",
    ),
    Question(
        "food-drink", _ascs("5a", "food and drink"), NEED, "1;2", "E1:F3", 0.93, "ascs-5a",
    ),
    Question(
        "home", _ascs("6a", "how clean and comfortable the home is"), NEED, "1;2", "E1:F3", 0.94,
        "ascs-6a",
    ),
    Question(
        "safety", _ascs("7a", "feeling safe"), SAFE, "1", "E1:F3", standard="ascs-7a",
        indicator="feel-safe",
    ),
    Question(
        "services-safe", _ascs("7b", "whether care and support help people to feel safe"),
        "1 Yes; 2 No", "1", "E2:F5", standard="ascs-7b", indicator="services-feel-safe",
    ),
    Question(
        "social-contact", _ascs("8a", "contact with people one likes"), MUCH, "1", "E1:F3",
        standard="ascs-8a", indicator="social-contact", older=-0.2,
    ),
    Question(
        "time", _ascs("9a", "spending time on what one values or enjoys"), MUCH, "1;2", "E1:F3",
        0.66, "ascs-9a", direct=0.4, older=-0.3,
    ),
    Question(
        "dignity", _ascs("11", "how the way of being helped makes people feel"), FEEL, "1;2",
        "E2:F1", 0.88, "ascs-11",
    ),
    Question(
        "information", _ascs("12", "how easy information and advice are to find"),
        "1 Very easy; 2 Fairly easy; 3 Fairly hard; 4 Very hard; 5 Never looked", "1;2",
        "E3.4:F1", standard="ascs-12", indicator="information", second=0.7, left_out="5",
        aside=0.27,
    ),
    Question(
        "plan-say", "How much say did you have in what your support plan says?",
        "1 All the say I wanted; 2 Enough; 3 Too little; 4 None at all", "1;2", "E3.4:F1", 0.68,
        direct=0.5, older=-0.3, universal="yes",
    ),
    Question(
        "knows-amount", "Do you know how much money there is for your support each year?",
        "1 Yes, the amount; 2 Roughly; 3 No; 4 I have no personal budget", "1;2", "E3:F2", 0.5,
        direct=1.4, older=-0.4, universal="yes", left_out="4",
    ),
    Question(
        "life-change", "Since you have had this support, how has your day-to-day life changed?",
        "1 Much better; 2 Better; 3 About the same; 4 Worse; 5 Much worse", "1;2", "E3:F3", 0.63,
        direct=0.5, universal="yes",
    ),
    Question(
        "chose-person", "Could you choose the person who comes to support you?",
        "1 Yes; 2 Yes, from a few; 3 No, though I wanted to; 4 I did not mind; 5 Nobody comes",
        "1;2;4", "E2.2:F5", 0.55, direct=1.1, left_out="5", aside=0.05,
    ),
)  # fmt: skip


class Person(NamedTuple):
    """A respondent who does not exist. bent: how far this person leans to good answers."""

    key: str
    stratum: str
    age_group: str
    sex: str
    support_reason: str
    budget_type: str
    bent: float


def survey_tables(name: str, seed: int, levels: dict[str, float]) -> dict[str, list[Row]]:
    """questions.csv, responses.csv and waves.csv of one invented council, rows as text.

    levels: its newest official figure of each indicator; survey answers scatter around them.
    """
    draw = Random(f"{seed}/{name}/survey")
    (first, before), (second, after) = WAVES.items()
    crowd = sum(size for size, _ in WAVES.values()) - FOLLOWED
    people = [_person(draw, name, number) for number in range(1, crowd + 1)]
    start = _with_few_funds(people[: before[0]])
    again = [
        one._replace(bent=STAYS * one.bent + math.sqrt(1 - STAYS**2) * draw.gauss(0, 1))
        for one in start[:FOLLOWED]
    ]
    later = _with_few_funds([*again, *people[before[0] :]])
    responses: list[Row] = []
    for wave, crowd_of_wave in ((first, start), (second, later)):
        shuffled = list(crowd_of_wave)
        draw.shuffle(shuffled)
        weights = _weights(shuffled)
        for one in shuffled:
            cells = {"weight": weights[one.stratum]} | {
                what: "" if draw.random() < BLANK else getattr(one, what)
                for what in ("age_group", "sex", "support_reason", "budget_type")
            }
            cells |= {"wave": wave, "person": one.key}
            for question in QUESTIONS:
                cells[question.question] = _answer(draw, question, one, wave == second, levels)
            responses.append(cells)
    sizes = ((first, before[1]), (second, after[1]))
    note = "People with long-term support on 30 September (invented)"
    waves = [{"wave": wave, "eligible": str(size), "note": note} for wave, size in sizes]
    return {"questions.csv": _questions(), "responses.csv": responses, "waves.csv": waves}


def _questions() -> list[Row]:
    rows = []
    for one in QUESTIONS:
        element, frame = one.cell.split(":")
        rows.append({
            "question": one.question, "wording": one.wording, "scale": one.scale, "good": one.good,
            "left_out": one.left_out, "element": element, "frame": frame,
            "universal": one.universal, "standard": one.standard,
        })  # fmt: skip
    return rows


def _person(draw: Random, name: str, number: int) -> Person:
    stratum = _one_of(draw, {label: share for label, (_, share) in STRATA.items()})
    age = OLDER if stratum == OLDER else "18 to 64"
    sex = "female" if draw.random() < (0.62 if age == OLDER else 0.5) else "male"
    known = REASONS.get(stratum)
    reason = _one_of(draw, known) if known else "learning disability support"
    budget = _one_of(draw, BUDGETS[age])
    key = f"{name[0]}-{number:04d}"
    return Person(key, stratum, age, sex, reason, budget, draw.gauss(0, 1))


def _with_few_funds(people: Sequence[Person]) -> list[Person]:
    """The same people; the last of those with a managed budget hold a fund instead. They stand
    behind the people who are followed."""
    managed = [number for number, one in enumerate(people) if one.budget_type == "managed"]
    chosen = managed[-ISF:]
    return [
        one._replace(budget_type="Individual Service Fund") if number in chosen else one
        for number, one in enumerate(people)
    ]


def _weights(people: Sequence[Person]) -> dict[str, str]:
    """What makes each stratum count as much as its share of everyone; 1 on average."""
    counts = {label: sum(one.stratum == label for one in people) for label in STRATA}
    return {
        label: f"{share * len(people) / max(counts[label], 1):.2f}"
        for label, (share, _) in STRATA.items()
    }


def _answer(
    draw: Random, about: Question, one: Person, is_second: bool, levels: dict[str, float]
) -> str:
    """The number of an answer, or blank for none."""
    chances = [draw.random() for _ in range(4)]  # as many for every answer, used or not
    if chances[0] < (0.03 if about.standard else 0.07):
        return ""
    no_budget = one.budget_type == "none" and about.question == "knows-amount"
    if no_budget or chances[1] < about.aside:
        return about.left_out
    level = levels[about.indicator] / 100 if about.indicator in levels else about.level
    level = max(0.02, min(0.98, level))
    odds = SPREAD * math.log(level / (1 - level)) + PULL * one.bent
    odds += about.direct * ((one.budget_type == DIRECT) - 0.28)
    odds += about.older * ((one.age_group == OLDER) - 0.6) + about.second * is_second
    is_good = chances[2] < 1 / (1 + math.exp(-odds))
    good = about.good.split(";")
    numbers = [part.split()[0] for part in about.scale.split(";")]
    fits = [n for n in numbers if n != about.left_out and (n in good) == is_good]
    # The best of the good answers is the commonest, and the mildest of the bad ones.
    shares = {n: (0.65 if is_good else 0.45) ** place for place, n in enumerate(fits)}
    return _at(chances[3], shares)


def _one_of(draw: Random, shares: Mapping[str, float]) -> str:
    return _at(draw.random(), shares)


def _at(chance: float, shares: Mapping[str, float]) -> str:
    """The one on whose stretch a chance from 0 to 1 falls, each as long as its share."""
    left = chance * sum(shares.values())
    for name, share in shares.items():
        left -= share
        if left < 0:
            return name
    return name
