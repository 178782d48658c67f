"""Two mistakes of a peer that are not made here: D24, odd bodies end in 500; D26, an outline that cannot mix.

The numbers are those of shared/notes/peers.md, section 4; D18 to D22 are in tests/courses/test_mistakes_of_peers.py.
"""

import html.parser
import itertools
import re

import pytest
from django.utils import timezone

from courses import services as courses
from modules import services
from modules.models import Attempt, PersonalNote
from tests.factories import blocks
from tests.moments import NOON

ODD_VALUES = ["\x00", "x" * 200_000, "NaN", "-1", "1e999", "null", "[]", "{}", "\ud7ff\uffff", "٣"]
ODD_BODIES = [
    b"null",
    b"[]",
    b"[null, {}]",
    b'{"place": {"a": 1}}',
    b"\xff\xfe\x00",
    b"{" * 5_000,
    b'{"score": NaN}',
]


@pytest.fixture
def doors(client, amara, school) -> list[str]:
    """Every address that takes something from a learner, for a learner who may use it."""
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    client.raise_request_exception = True  # an exception is a 500
    page = school.add_lesson("Full", "full", body=blocks.full_body(school))
    attempt = services.start_attempt(learner=amara, activity=school.test, at=timezone.now())
    by_kind = {activity.kind: activity.uuid for activity in page.lesson.activities.all()}
    return [
        f"/lesson/{page.lesson.uuid}/done/",
        f"/quiz/{by_kind['quiz']}/",
        f"/note/{by_kind['note']}/",
        f"/note/{by_kind['checklist']}/",
        f"/test/{school.test.uuid}/",
        f"/attempt/{attempt.uuid}/save/",
        f"/attempt/{attempt.uuid}/",
    ]


def test_d24_odd_values_are_refused_or_kept_harmless(client, doors):
    names = ["place", "q0", "q0-0", "q1", "draw", "text", "ticked", "later", "check", "opened"]
    for door, value in itertools.product(doors, ODD_VALUES):
        answer = client.post(door, dict.fromkeys(names, value))
        assert answer.status_code < 500, f"{door} with {value[:20]!r}"
    assert not any("\x00" in str(note.data) for note in PersonalNote.objects.all())
    assert not any("\x00" in str(attempt.saved) for attempt in Attempt.objects.all())


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_d24_odd_bodies_are_refused(client, doors, kind):
    for door, body in itertools.product(doors, ODD_BODIES):
        answer = client.post(door, body, content_type=kind)
        assert answer.status_code < 500, f"{door} with {body[:20]!r}"


class Outline(html.parser.HTMLParser):
    """The headings of a page as levels, and its links by what they say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.frames: list[dict] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "iframe":
            self.frames.append(dict(attrs))


def test_d26_everything_of_a_module_is_one_outline_with_a_way_on(client, amara, school):
    """Lessons, quizzes, scenarios and the test stand in one order, whatever they are made of."""
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    school.add_lesson("Full", "full", body=blocks.full_body(school))
    last = school.add_lesson("Last", "last")
    pages = [page for page in school.module_page.get_children().live().order_by("path")]
    urls = [page.url for page in pages]
    module = client.get(school.module_page.url).content.decode()
    places = [module.index(f'href="{url}"') for url in urls]
    assert places == sorted(places)
    for number, page in enumerate(pages):
        text = client.get(page.url).content.decode()
        turn = text[text.index('class="turn"') :]
        assert f'href="{urls[number - 1] if number else school.module_page.url}"' in turn
        listed = [text.index(f'href="{url}"') for url in urls]
        assert listed == sorted(listed), "the outline beside the lesson has the same order"
    school.lessons[0].refresh_from_db()
    done = client.post(f"/lesson/{last.lesson.uuid}/done/")
    assert done["Location"] == urls[0], "what is still open comes next, wherever it stands"


def test_d26_headings_are_in_order_and_words_are_plain(client, amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    full = school.add_lesson("Full", "full", body=blocks.full_body(school))
    test = f"/test/{school.test.uuid}/"
    attempt = client.post(test)["Location"]
    for url in (full.url, school.module_page.url, school.course_page.url, test, attempt, "/learn/"):
        text = client.get(url).content.decode()
        outline = Outline(text)
        assert outline.levels.count(1) == 1, url
        steps = [after - before for before, after in itertools.pairwise(outline.levels)]
        assert max(steps, default=0) <= 1, f"{url} skips a level: {outline.levels}"
        assert all(frame.get("title") for frame in outline.frames), url
        for jargon in ("Initialized", "Terminated", "cmi.", "null", "undefined", "None"):
            assert not re.search(rf">\s*{re.escape(jargon)}\s*<", text), f"{url}: {jargon}"
