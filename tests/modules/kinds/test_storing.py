"""What an author's form keeps and what a version keeps are two ways to say the same."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from content.models import Drawing
from modules import kinds
from modules.models import Question
from tests.factories.blocks import SVG
from tests.modules.kinds import cases

bounded = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def drawing(db):
    return Drawing.objects.create(key="t-square", title="A square", svg=SVG)


def as_stored(content: dict) -> Question:
    """A question as it comes back from the database: through JSON."""
    raw = json.loads(json.dumps(kinds.get(content["kind"]).answers(content)))
    return Question(
        kind=content["kind"], stem=content["stem"], explanation=content["explanation"], answers=raw
    )


def test_every_kind_is_tried():
    assert set(cases.CONTENTS) == set(kinds.KINDS)


@pytest.mark.parametrize("name", list(kinds.KINDS))
def test_answers_are_the_inverse_of_content(name, drawing):
    @bounded
    @given(cases.questions(name))
    def check(content):
        question = as_stored(content)
        assert kinds.content_of(question) == content
        assert kinds.problem_of(question) is None
        again = kinds.get(name).answers(kinds.content_of(question))
        assert again == kinds.get(name).answers(content)
        assert question.answers.get_prep_value() == json.loads(json.dumps(again))

    check()


@pytest.mark.parametrize("name", list(kinds.KINDS))
def test_the_studio_can_list_the_key_of_every_kind(name, drawing):
    @bounded
    @given(cases.questions(name))
    def check(content):
        lines = kinds.get(name).key_lines(kinds.written(as_stored(content)))
        assert lines and all(set(line) == {"text", "right", "feedback"} for line in lines)

    check()
