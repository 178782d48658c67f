"""The trainee of `make demo-check` answers every kind of question that the curriculum asks, and rightly."""

import sys
import uuid
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from content.models import Drawing
from modules import drawing, kinds, loading, presenting
from modules.models import QuestionVersion
from tests.factories.blocks import SVG

SETUP = Path(__file__).resolve().parents[2] / "cms" / "setup"


@pytest.fixture(scope="module")
def trainee():
    sys.path.insert(0, str(SETUP))
    try:
        from trainee import Trainee
    finally:
        sys.path.remove(str(SETUP))
    return Trainee()


def test_the_trainee_answers_every_question_of_the_curriculum(trainee, db):
    wrong, seen = [], set()
    for question in trainee.known.values():
        content = {"kind": question.kind, "stem": question.stem, **loading.answers_of(question)}
        if content["kind"] == "hotspot":
            Drawing.objects.get_or_create(
                key=content["picture"]["drawing"],
                defaults={"title": "A drawing", "svg": SVG},
            )
        version = QuestionVersion(pk=1, content=content)
        drawn = drawing.shuffled(version, uuid.uuid4())
        page = render_to_string(
            "stoa_modules/elements/question.html",
            {
                "question": presenting.show_question(0, drawn, version),
                "prefix": "p",
                "number": 1,
                "total": 2,
                "locked": False,
            },
        )
        post = QueryDict(mutable=True)
        for name, value in trainee.answers(page).items():
            post.setlist(name, value if isinstance(value, list) else [value])
        kind = kinds.get(content["kind"])
        answer, problem = kind.read(post, "q0", drawing.arranged(drawn), content)
        seen.add(content["kind"])
        if problem or not kind.mark(content, answer)["correct"]:
            wrong.append((question.key, problem))
    assert wrong == []
    assert seen >= {"single", "ordering", "matching", "fill_in", "numeric", "hotspot"}
