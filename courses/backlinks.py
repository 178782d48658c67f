"""What in this app rests on a record of the knowledge base."""

from django.db.models import F, Model
from django.utils.translation import gettext as _

from content import backlinks, knowledge
from content.backlinks import Backlink
from content.models import Action, Profile
from courses.models import Course
from modules.pages_lookup import urls_of

COURSE_FIELD: dict[type[Model], str] = {Action: "actions", Profile: "profiles"}


@backlinks.provide
def courses(record, user) -> list[Backlink]:
    """Courses for a profile or an Action. Two queries."""
    return courses_of(type(record), [record.pk], user).get(record.pk, [])


@knowledge.provide_teaching
def courses_of(model: type[Model], ids: list[int], user) -> dict[int, list[Backlink]]:
    """Courses for each of many profiles or Actions. Two queries."""
    name = COURSE_FIELD.get(model)
    if name is None:
        return {}
    courses = (
        Course.objects.filter(is_live=True).annotate(serves=F(f"{name}__pk")).filter(serves__in=ids)
    )
    found = list(courses.order_by("position", "title").values_list("serves", "uuid", "title"))
    urls = urls_of({uuid for _pk, uuid, _title in found}) if found else {}
    links: dict[int, list[Backlink]] = {}
    for pk, uuid, title in found:
        if uuid in urls:
            links.setdefault(pk, []).append(Backlink(_("Courses"), title, urls[uuid]))
    return links
