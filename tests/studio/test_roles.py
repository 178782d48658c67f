"""Who may do what in the studio: trainees and strangers nothing, trainers drafts, editors publications."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, Workflow

from cms import roles
from modules.models import QuestionStatus
from tests.conftest import person

QUESTIONS = "wagtailsnippets_stoa_modules_question"


def test_syncing_roles_twice_changes_nothing(studio):
    before = (GroupPagePermission.objects.count(), Group.objects.count(), Workflow.objects.count())
    roles.sync_roles()
    assert (
        GroupPagePermission.objects.count(),
        Group.objects.count(),
        Workflow.objects.count(),
    ) == before
    assert Workflow.objects.get(name=roles.WORKFLOW).workflow_pages.count() == 1


def test_syncing_roles_takes_away_what_is_not_listed(studio):
    trainers = Group.objects.get(name=roles.TRAINERS)
    publish = (
        GroupPagePermission.objects.filter(permission__codename="publish_page").first().permission
    )
    GroupPagePermission.objects.create(
        group=trainers, page=Page.objects.get(depth=1), permission=publish
    )
    roles.sync_roles()
    assert not trainers.page_permissions.filter(permission__codename="publish_page").exists()


def addresses(school) -> list[str]:
    question = school.questions[0]
    return [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[school.module_page.pk]),
        reverse("wagtailadmin_pages:edit", args=[school.lesson_pages[0].pk]),
        reverse(f"{QUESTIONS}:list"),
        reverse(f"{QUESTIONS}:edit", args=[question.pk]),
        reverse(f"{QUESTIONS}:inspect", args=[question.pk]),
        reverse(f"{QUESTIONS}:move", args=[question.pk, "withdraw"]),
        reverse("stoa_modules_statistics"),
        reverse("stoa_courses_cohorts:index"),
    ]


def test_strangers_and_trainees_see_nothing_of_the_studio(client, as_person, studio, amara, chiara):
    for address in addresses(studio):
        answer = client.get(address)
        assert answer.status_code == 302 and answer.url.startswith("/account/login/"), address
    for client in (as_person(amara), as_person(chiara, roles.COORDINATORS)):
        for address in addresses(studio):
            assert client.get(address).status_code in (302, 403), address


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        #                         home  explore lesson list edit inspect move stats cohorts
        (roles.TRAINERS, (200, 200, 200, 200, 302, 200, 200, 200, 200)),
        (roles.EDITORS, (200, 200, 200, 200, 200, 200, 200, 200, 302)),
        (roles.REVIEWERS, (200, 200, 302, 200, 302, 200, 200, 200, 302)),
        (roles.PARTNERSHIP, (200, 302, 302, 302, 302, 302, 302, 200, 302)),
    ],
)
def test_each_role_opens_what_it_may(as_person, studio, group, wanted):
    client = as_person(person("Iris"), group)
    assert tuple(client.get(address).status_code for address in addresses(studio)) == wanted


def test_a_trainer_cannot_publish_a_page(trainer, studio):
    page = studio.lesson_pages[0]
    permissions = page.permissions_for_user(page.owner or trainer_user(trainer))
    assert not permissions.can_publish()
    assert permissions.can_edit()


def trainer_user(client):
    from cms.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_a_trainer_cannot_put_a_question_into_use(trainer, studio):
    question = studio.questions[0]
    type(question).objects.filter(pk=question.pk).update(status=QuestionStatus.DRAFT)
    trainer.post(reverse(f"{QUESTIONS}:move", args=[question.pk, "use"]))
    question.refresh_from_db()
    assert question.status == QuestionStatus.DRAFT
    assert trainer.get(reverse(f"{QUESTIONS}:edit", args=[question.pk])).status_code == 200
