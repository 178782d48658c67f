"""The editor of a course: lists of modules and groups that agree, and whom a publication touches."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from courses import services
from courses.models import Course, CourseGroup, CourseModule
from tests.moments import NOON


@pytest.fixture
def editor(campus, hana, client):
    for code in ("M1", "A1", "A2"):
        campus.module(code)
    campus.teach()  # a course without modules, to be filled in the editor
    client.force_login(hana)
    campus.client = client
    return campus


def send(editor, lines: list[dict], groups: list[dict], *, publish=True, **fields):
    page = editor.school.course_page
    data = {
        "title": page.title, "slug": page.slug, "code": "", "summary": page.summary, "audience": page.audience,
        "level": 1, "hours": 1, "body": rich_text(""), "accepts": "server+person", "certificate_kind": "none",
        "certificate_title": "", "certificate_text": "", "validity_months": 0, "opens_at": "", "closes_at": "",
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "",
        "course_modules": inline_formset(
            [{"module": editor.pages[line["code"]].module.pk, "is_required": "on", "opens_at": "", "group": ""}
             | {name: value for name, value in line.items() if name != "code"} for line in lines]
        ),
        "course_groups": inline_formset(groups),
        "comments": inline_formset([]),
    } | fields  # fmt: skip
    if publish:
        data["action-publish"] = "action-publish"
    return editor.client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(data)
    )


def errors_of(answer, formset: str) -> str:
    assert answer.status_code == 200
    return str(answer.context["form"].formsets[formset].errors)


def test_modules_and_groups_are_published_as_they_are_listed(editor):
    lines = [
        {"code": "M1"},
        {"code": "A1", "group": "A", "after_previous": "on"},
        {"code": "A2", "group": "A", "opens_at": "2027-05-03 09:00"},
    ]
    answer = send(
        editor, lines, [{"letter": "A", "name": "Practice", "needed": 1}], accepts="server"
    )
    assert answer.status_code == 302
    rows = list(CourseModule.objects.filter(course=editor.course).select_related("group"))
    assert [(row.module.code, row.is_required, str(row.group or "")) for row in rows] == [
        ("M1", True, ""),
        ("A1", False, "Practice"),
        ("A2", False, "Practice"),
    ]
    assert rows[1].after_previous and rows[2].opens_at.year == 2027
    editor.course.refresh_from_db()
    assert editor.course.accepts == ["server"]


@pytest.mark.parametrize(
    ("lines", "groups", "formset", "words"),
    [
        ([{"code": "A1", "group": "A"}], [{"letter": "A", "name": "P", "needed": 2}], "course_groups", "There is 1 module"),
        ([{"code": "M1"}], [{"letter": "A", "name": "P", "needed": 1}], "course_groups", "There are 0 modules"),
        ([{"code": "A1", "group": "A"}], [{"letter": "A", "name": "P", "needed": 0}], "course_groups", "greater than or equal to 1"),
        ([{"code": "A1", "group": "B"}], [], "course_modules", "Describe this group below"),
        ([{"code": "M1"}, {"code": "M1"}], [], "course_modules", "stands here twice"),
        (
            [{"code": "A1", "group": "A"}],
            [{"letter": "A", "name": "P", "needed": 1}, {"letter": "A", "name": "Q", "needed": 1}],
            "course_groups", "This group stands here twice",
        ),
    ],
)  # fmt: skip
def test_lists_that_contradict_each_other_are_refused_beside_the_field(
    editor, lines, groups, formset, words
):
    answer = send(editor, lines, groups)
    assert words in errors_of(answer, formset)
    assert words in answer.content.decode()
    assert not CourseGroup.objects.exists()


def test_a_module_that_opens_after_the_course_has_closed_is_refused(editor):
    lines = [{"code": "M1", "opens_at": "2028-01-01 00:00"}]
    answer = send(editor, lines, [], closes_at="2027-01-01 00:00")
    assert "has closed by then" in errors_of(answer, "course_modules")


def test_a_draft_may_contradict_itself(editor):
    answer = send(editor, [{"code": "A1", "group": "B"}], [], publish=False)
    assert answer.status_code == 302
    assert not CourseModule.objects.filter(course=editor.course).exists()


def test_the_editor_says_first_whom_it_touches(editor, amara):
    services.enrol(learner=amara, course=editor.course, at=NOON)
    page = editor.client.get(
        reverse("wagtailadmin_pages:edit", args=[editor.school.course_page.pk])
    )
    text = page.content.decode()
    assert "1 learner is mid-course, 0 have completed." in text
    assert text.index("1 learner is mid-course") < text.index("Modules, in order")


def test_courses_that_come_first_are_published_and_a_course_is_not_its_own(editor):
    other = Course.objects.create(key="other", title="Other")
    answer = send(editor, [{"code": "M1"}], [], requires_one_of=editor.course.pk)
    assert "cannot come before itself" in str(answer.context["form"].errors["requires_one_of"])
    assert send(editor, [{"code": "M1"}], [], requires_one_of=other.pk).status_code == 302
    assert list(editor.course.requires_one_of.all()) == [other]
