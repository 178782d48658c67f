"""Who may do what in the studio, as data: design section 4, written once."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import HomePage, User

TRAINERS = "Trainers"
EDITORS = "Editors"
REVIEWERS = "Reviewers"
PARTNERSHIP = "Partnership"
COORDINATORS = "Coordinators"

WORKFLOW = "Review by another profession"
REVIEW_TASK = "Read, comment and approve"

KNOWLEDGE = (
    "action",
    "topic",
    "source",
    "fact",
    "recommendation",
    "guidance",
    "case",
    "checklist",
    "term",
    "drawing",
)


def _all(
    app: str, *models: str, actions: tuple[str, ...] = ("view", "add", "change")
) -> tuple[str, ...]:
    return tuple(f"{app}.{action}_{model}" for model in models for action in actions)


@dataclass(frozen=True)
class Role:
    """What a group may do. `site` are permissions by full codename; one that no app defines is left out."""

    site: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


STUDIO = ("wagtailadmin.access_admin",)
STATISTICS = ("stoa_modules.view_item_statistics",)
LIBRARY = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)

ROLES: dict[str, Role] = {
    TRAINERS: Role(
        site=(
            *STUDIO, *STATISTICS,
            *_all("stoa_modules", "question"), "stoa_modules.regrade_question", "stoa_modules.view_scenario",
            *_all("stoa_content", *KNOWLEDGE, actions=("view",)),
            "stoa_courses.view_cohort", "stoa_modules.read_verified",
            "stoa_modules.mark_submission", "stoa_modules.answer_appeal", "stoa_modules.view_rubric",
            "stoa_modules.view_surveyanswer",
        ),
        pages=("add", "change"),
        collections=("add_image", "choose_image", "add_document", "choose_document"),
    ),
    EDITORS: Role(
        site=(
            *STUDIO, *STATISTICS,
            *_all("stoa_modules", "question"), "stoa_modules.publish_question", "stoa_modules.regrade_question", *_all("stoa_modules", "scenario", "rubric"),
            "stoa_modules.publish_scenario", "stoa_modules.view_surveyanswer",
            *_all("stoa_content", *KNOWLEDGE), "stoa_content.view_reviewtask", "stoa_content.close_reviewtask",
            "stoa_modules.read_verified",
        ),
        pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
        collections=(*LIBRARY, "delete_image", "delete_document"),
    ),
    REVIEWERS: Role(
        site=(
            *STUDIO, *STATISTICS, "stoa_modules.view_question", "stoa_modules.publish_question", "stoa_modules.regrade_question", "stoa_modules.view_scenario",
            *_all("stoa_content", *KNOWLEDGE, actions=("view",)), "stoa_modules.read_verified",
            "stoa_content.view_reviewtask", "stoa_content.close_reviewtask",
        ),
        pages=("lock",),  # the least that lets them walk the tree; what is under review opens for them anyway
        collections=("choose_image", "choose_document"),
    ),
    PARTNERSHIP: Role(
        site=(
            *STUDIO, *STATISTICS, "stoa_certification.view_partnership", "stoa_certification.revoke_assertion",
            *_all("stoa_certification", "city", "citycoordinator", "post"), "stoa_modules.read_verified",
        ),
    ),
    COORDINATORS: Role(),
}  # fmt: skip


@transaction.atomic
def sync_roles() -> None:
    """Give each group of ROLES exactly what stands there, and the home pages their review. Safe to repeat.

    Groups that are not listed are left alone, except Wagtail's own unused "Moderators" with its workflow.
    """
    homes = _roots()
    for name, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(_permissions(role.site))
        _sync_pages(group, homes, role.pages)
        _sync_collections(group, role.collections)
    _remove_moderators()
    _sync_workflow(homes)
    User.objects.filter(groups__isnull=False, is_staff=False).update(is_staff=True)  # decision 0005


def _roots() -> list[Page]:
    """The home page of every language; before there is one, the root of the tree."""
    return list(Page.objects.type(HomePage)) or list(Page.objects.filter(depth=1))


def _permissions(names: tuple[str, ...]) -> list[Permission]:
    wanted = {tuple(name.split(".")) for name in names}
    found = Permission.objects.filter(
        codename__in={codename for _app, codename in wanted}
    ).select_related("content_type")
    return [
        permission
        for permission in found
        if (permission.content_type.app_label, permission.codename) in wanted
    ]


def _sync_pages(group: Group, homes: list[Page], actions: tuple[str, ...]) -> None:
    wanted = list(
        Permission.objects.filter(
            content_type=ContentType.objects.get_for_model(Page),
            codename__in=[f"{a}_page" for a in actions],
        )
    )
    kept = [
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=p)[0].pk
        for home in homes
        for p in wanted
    ]
    GroupPagePermission.objects.filter(group=group).exclude(pk__in=kept).delete()


def _sync_collections(group: Group, codenames: tuple[str, ...]) -> None:
    root = Collection.get_first_root_node()
    if root is None:
        return
    wanted = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=codenames
    )
    kept = [
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=p)[
            0
        ].pk
        for p in wanted
    ]
    GroupCollectionPermission.objects.filter(group=group).exclude(pk__in=kept).delete()


def _remove_moderators() -> None:
    """Wagtail's migrations bring a second, weaker set of roles; while nobody uses it, it only confuses."""
    group = Group.objects.filter(name="Moderators", user__isnull=True).first()
    if group is None:
        return
    for task in GroupApprovalTask.objects.filter(groups=group, task_states__isnull=True):
        Workflow.objects.filter(workflow_tasks__task=task, workflow_states__isnull=True).delete()
        task.delete()
    group.delete()


def _sync_workflow(homes: list[Page]) -> None:
    task = GroupApprovalTask.objects.filter(
        name=REVIEW_TASK
    ).first() or GroupApprovalTask.objects.create(name=REVIEW_TASK)
    task.groups.set([Group.objects.get(name=REVIEWERS)])
    workflow = Workflow.objects.filter(name=WORKFLOW).first() or Workflow.objects.create(
        name=WORKFLOW
    )
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for home in homes:
        WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
