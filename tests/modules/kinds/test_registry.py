"""A new kind is a folder and one line: nothing else knows which kinds there are."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.blocks import CharBlock, StructBlock

from courses import services as courses
from modules import kinds, services
from modules.kinds.base import Arranged, Kind, parts_of, raw
from modules.models import Question
from modules.models.question import QuestionStatus
from modules.scoring import marked
from tests import moments

ASK = '<label>Say it <input name="{{ question.name }}" value="{{ question.extra.said }}"></label>'
TOLD = "<p>You said {{ question.extra.said }}.</p>"


class EchoBlock(StructBlock):
    word = CharBlock()


class Echo(Kind):
    """Repeat the word. The smallest kind there can be."""

    name = "echo"
    label = "Echo"
    blocks = {"echo": EchoBlock()}
    words = {"echoes": ("word",)}

    def problem(self, written):
        return None if len(written) == 1 else "Give one word."

    def content(self, written):
        return {"echoes": parts_of(written, "echo")}

    def answers(self, content):
        return [raw("echo", part) for part in content["echoes"]]

    def right_answer(self, content):
        return content["echoes"][0]["word"]

    def key_lines(self, written):
        return [{"text": part.value["word"], "right": True, "feedback": ""} for part in written]

    def arrange(self, content, dice):
        return Arranged()

    def show(self, question, arranged, content):
        question.extra["said"] = ""

    def read(self, post, name, arranged, content):
        said = post.get(name, "")
        return (said, "") if said else (None, "Say something.")

    def put_back(self, question, post):
        question.extra["said"] = post.get(question.name, "")

    def mark(self, content, answer):
        is_right = answer == content["echoes"][0]["word"]
        return marked(float(is_right), {content["echoes"][0]["id"]: is_right})

    def tell(self, question, arranged, content, answer, mark):
        question.extra["said"] = answer


@pytest.fixture
def echo(monkeypatch, settings, tmp_path):
    """The folder (its class and two templates) and the line in the registry."""
    kind = Echo()
    monkeypatch.setitem(kinds.KINDS, "echo", kind)
    stream = Question._meta.get_field("answers").stream_block
    block = kind.blocks["echo"]
    block.set_name("echo")
    monkeypatch.setitem(stream.child_blocks, "echo", block)
    folder = tmp_path / "stoa_modules" / "kinds" / "echo"
    folder.mkdir(parents=True)
    (folder / "ask.html").write_text(ASK)
    (folder / "told.html").write_text(TOLD)
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [first | {"DIRS": [*first.get("DIRS", []), tmp_path]}, *others]
    return kind


@pytest.fixture
def asked(echo, school, amara) -> tuple[Client, str]:
    """A test that asks nothing but an echo, begun; and where it is."""
    Question.objects.update(status=QuestionStatus.WITHDRAWN)
    question = Question(
        module=school.module,
        kind="echo",
        stem="Say ping.",
        explanation="Because.",
        answers=[{"type": "echo", "id": "e1", "value": {"word": "ping"}}],
        status=QuestionStatus.LIVE,
    )
    question.full_clean(exclude=["key", "current"])
    question.save()
    services.keep_question_version(question=question, at=moments.NOON)
    courses.enrol(learner=amara, course=school.course, at=moments.NOON)
    client = Client()
    client.force_login(amara)
    answer = client.post(reverse("stoa_modules:test", args=[school.test.uuid]))
    return client, answer.url


def test_a_new_kind_goes_from_the_bank_through_an_attempt_to_a_result(asked):
    client, url = asked
    assert 'name="q0"' in client.get(url).content.decode()
    refused = client.post(url, {"q0": ""})
    assert refused.status_code == 422 and "Say something." in refused.content.decode()
    client.post(f"{url}save/", {"place": "0", "q0": "pong"})
    assert 'value="pong"' in client.get(url).content.decode()
    result = client.post(url, {"q0": "ping"}, follow=True).content.decode()
    assert "You said ping." in result and "Because." in result and "1 of 1 right" in result


def test_what_was_frozen_comes_back_as_it_was_written(asked):
    question = Question.objects.get(kind="echo")
    version = question.current.content
    assert version["echoes"] == [{"id": "e1", "word": "ping"}]
    copy = Question(kind="echo", stem=question.stem, answers=kinds.get("echo").answers(version))
    assert kinds.content_of(copy)["echoes"] == version["echoes"]


def test_a_kind_that_is_gone_is_named():
    with pytest.raises(ValueError, match="crossword"):
        kinds.get("crossword")
