"""How a test is drawn: what its rules ask for first, balanced by difficulty, and never the same again if it can be helped."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import drawing, services
from modules.models import Question
from modules.studio import panels
from tests.counting import at_most
from tests.factories import blocks
from tests.factories import questions as bank
from tests.moments import NOON


class Tag:
    def __init__(self, name: str) -> None:
        self.name = name


class Fact:
    def __init__(self, key: str) -> None:
        self.key = key


class Many(list):
    def all(self):
        return self


class Item:
    """A question as the rules see it."""

    def __init__(self, pk: int, difficulty: int = 1, tags=(), facts=()) -> None:
        self.pk, self.difficulty = pk, difficulty
        self.tags = Many(Tag(name) for name in tags)
        self.facts = Many(Fact(key) for key in facts)

    def __repr__(self) -> str:
        return f"Item {self.pk}/{self.difficulty}"


def rule(count: int, *, tag: str = "", facts=(), difficulty: int = 0) -> dict:
    return {"count": count, "tag": tag, "facts": list(facts), "difficulty": difficulty}


def chosen(items, wanted, rules=(), avoid=(), seed=1):
    return drawing.choose(items, wanted, list(rules), random.Random(seed), set(avoid))


def test_a_rule_is_met_before_the_rest_is_drawn():
    items = [Item(n, tags=["light"] if n < 3 else []) for n in range(40)]
    for seed in range(10):
        found = chosen(items, 8, [rule(2, tag="light")], seed=seed)
        assert len(found) == 8
        assert sum(item.pk < 3 for item in found) >= 2


def test_a_rule_may_name_a_set_of_facts_or_a_difficulty():
    items = [Item(n, difficulty=1 + n % 3, facts=[f"F8.0{n % 5}"]) for n in range(30)]
    found = chosen(items, 6, [rule(3, facts=["F8.01", "F8.02"]), rule(2, difficulty=3)])
    assert sum(item.facts[0].key in {"F8.01", "F8.02"} for item in found) >= 3
    assert sum(item.difficulty == 3 for item in found) >= 2


def test_a_rule_that_finds_too_few_takes_what_there_is():
    items = [Item(n, tags=["rare"] if n == 0 else []) for n in range(10)]
    found = chosen(items, 4, [rule(3, tag="rare")])
    assert len(found) == 4 and 0 in {item.pk for item in found}


def test_a_rule_gives_way_before_a_question_is_asked_twice_in_a_row():
    items = [Item(n, tags=["rare"] if n < 2 else []) for n in range(6)]
    again = {item.pk for item in chosen(items, 4, [rule(2, tag="rare")], avoid={0, 1})}
    assert again == {2, 3, 4, 5}
    nothing_else = {item.pk for item in chosen(items, 5, [rule(2, tag="rare")], avoid={0, 1, 2})}
    assert nothing_else >= {3, 4, 5, 0, 1}


@pytest.mark.parametrize(
    ("levels", "count", "shares"),
    [
        ({1: 10, 2: 10, 3: 10}, 9, {1: 3, 2: 3, 3: 3}),
        ({1: 20, 2: 10}, 6, {1: 4, 2: 2}),
        ({1: 5, 2: 3, 3: 2}, 10, {1: 5, 2: 3, 3: 2}),
        ({1: 9, 2: 1}, 5, {1: 5}),  # 4.5 and 0.5: the easier level takes the odd one
    ],
)
def test_levels_have_the_share_they_have_in_the_bank(levels, count, shares):
    items = [Item(100 * level + n, level) for level, many in levels.items() for n in range(many)]
    found = Counter(item.difficulty for item in chosen(items, count))
    assert found == shares


items = st.lists(
    st.builds(
        lambda level, tags: (level, tags),
        st.sampled_from([1, 2, 3]),
        st.lists(st.sampled_from(["light", "bins", "paths"]), max_size=2),
    ),
    min_size=1,
    max_size=25,
)
rules = st.lists(
    st.builds(
        lambda count, tag, level: rule(count, tag=tag, difficulty=level),
        st.integers(1, 5),
        st.sampled_from(["", "light", "bins"]),
        st.sampled_from([0, 1, 2]),
    ),
    max_size=3,
)


@given(items, rules, st.integers(1, 12), st.sets(st.integers(0, 24)), st.integers(0, 99))
def test_a_draw_is_full_distinct_and_fresh_where_it_can_be(made, ruled, wanted, avoid, seed):
    pool = [Item(pk, level, tags) for pk, (level, tags) in enumerate(made)]
    found = chosen(pool, wanted, ruled, avoid, seed)
    pks = [item.pk for item in found]
    assert len(pks) == len(set(pks)) == min(wanted, len(pool))
    fresh = sum(pk not in avoid for pk in range(len(pool)))
    assert sum(pk in avoid for pk in pks) == max(0, len(pks) - fresh)
    assert pks == [item.pk for item in chosen(pool, wanted, ruled, avoid, seed)]


def test_no_question_of_the_attempt_before_while_others_are_left(school, amara):
    from courses import services as courses

    courses.enrol(learner=amara, course=school.course, at=NOON)
    bank.bank(school.module, count=4)
    seen: list[set[int]] = []
    for _n in range(2):
        attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
        versions = [entry["version"] for entry in attempt.drawn]
        seen.append(
            set(Question.objects.filter(versions__in=versions).values_list("pk", flat=True))
        )
        services.record_attempt(
            attempt=attempt, answers=school.right_answers(attempt, wrong=4), at=NOON
        )
    assert len(seen[0]) == len(seen[1]) == 4
    assert not seen[0] & seen[1]


# What an editor of the module is told


def with_rules(school, *values: dict):
    raw = [
        {"type": "rule", "value": {"count": 1, "tag": "", "facts": "", "difficulty": ""} | value}
        for value in values
    ]
    school.module_page.draw_rules = raw
    school.module_page.save()
    school.module_page.refresh_from_db()
    return school.module_page


def test_a_rule_that_cannot_be_met_is_said_beside_the_test(school):
    for question in school.questions[:2]:
        question.tags.add("light")
    page = with_rules(school, {"count": 3, "tag": "light"}, {"count": 1, "difficulty": "1"})
    assert panels.unmet_rules(page) == ["Rule 1 finds 2 of 3 questions."]


def test_questions_that_are_not_asked_do_not_meet_a_rule(school, old_fact):
    fact = blocks.knowledge()["fact"]
    for question in school.questions[:2]:
        question.facts.add(fact)
        question.save()
    page = with_rules(school, {"count": 2, "facts": "F1.01"})
    assert panels.unmet_rules(page) == []
    question.facts.add(old_fact)
    question.save()
    assert panels.unmet_rules(page) == ["Rule 1 finds 1 of 2 questions."]


def test_the_panel_counts_each_status_in_few_queries(school, old_fact):
    _live, resting, reviewed, draft, *_rest = school.questions
    resting.facts.add(old_fact)
    resting.save()
    Question.objects.filter(pk=reviewed.pk).update(status="reviewed")
    Question.objects.filter(pk=draft.pk).update(status="draft")
    with at_most(2):
        counts = panels.findings_of_bank(school.module)
    assert counts == {"live": 3, "resting": 1, "reviewed": 1, "draft": 1}
    page = with_rules(school, {"count": 2, "tag": "light"}, {"count": 2, "tag": "bins"})
    with at_most(3):
        assert len(panels.unmet_rules(page)) == 2
