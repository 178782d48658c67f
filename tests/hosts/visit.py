"""Run inside a host, after its migrations: load a small curriculum, read it, do it. Prints one line of JSON."""

import datetime as dt
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Site

from content import curriculum
from content.loading import Loader, load_knowledge

VIDEO = re.compile(r"^:::+ video .*?^:::+\n", re.MULTILINE | re.DOTALL)
SMALL = Path(__file__).parents[1] / "content" / "small_curriculum"
found: dict = {}


def load():
    """The small curriculum, but for its video: a host adds those in its studio."""
    loader = Loader(at=timezone.now())
    folder = Path(tempfile.mkdtemp(dir=settings.VAR_DIR)) / "curriculum"
    shutil.copytree(SMALL, folder)
    for file in folder.rglob("*.md"):
        file.write_text(VIDEO.sub("", file.read_text()))
    read = curriculum.read(folder)
    root = front_page()  # with the language that everything is loaded in
    load_knowledge(read, loader)
    if apps.is_installed("modules"):
        from modules.loading import load_modules

        load_modules(read, loader, parent=root)
    if apps.is_installed("courses"):
        from courses.loading import load_courses

        load_courses(read, loader, parent=root)
    return root


def front_page():
    """The front page of the host; one without migrations has none yet, as after `migrate --run-syncdb`."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        model = Site._meta.get_field("root_page").related_model
        locale, _made = Locale.objects.get_or_create(language_code="en")
        root = model.add_root(instance=model(title="Root", slug="root", locale=locale))
        home = root.add_child(instance=model(title="Home", slug="home", locale=locale))
        site = Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    return site.root_page


def look(client: Client, name: str, address: str) -> None:
    answer = client.get(address, follow=True)
    found[name] = [answer.status_code, answer.request["PATH_INFO"]]


def learn(client: Client, user) -> None:
    from modules.models import Completion, Lesson
    from modules.pages_lookup import module_page, page_of

    lesson = Lesson.objects.filter(is_live=True, sensitivity="open").order_by("position").first()
    page = page_of(lesson.uuid)
    look(Client(), "module", module_page(lesson.module).url)
    look(Client(), "lesson for a stranger", page.url)
    look(client, "lesson", page.url)
    if apps.is_installed("courses"):
        from courses.models import Course

        course = Course.objects.filter(modules=lesson.module, is_live=True).first()
        Course.objects.filter(pk=course.pk).update(is_planned=False)
        look(Client(), "course", page_of(course.uuid).url)
        prefix = "/en" if len(settings.LANGUAGES) == 2 else ""
        found["join"] = client.post(f"{prefix}/training/course/{course.uuid}/join/").status_code
        look(client, "learn", f"{prefix}/training/learn/")
        look(client, "record", f"{prefix}/training/record/")
    prefix = "/en" if len(settings.LANGUAGES) == 2 else ""
    found["done"] = client.post(f"{prefix}/training/lesson/{lesson.uuid}/done/").status_code
    found["completions"] = Completion.objects.filter(learner=user).count()


def certify(client: Client, user) -> None:
    from certification import keyring, services
    from courses.models import Course, CourseCompletion, Enrolment

    keyring.make_key()
    at = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    course = Course.objects.filter(enrolments__learner=user).first() or Course.objects.first()
    enrolment, _made = Enrolment.objects.get_or_create(
        learner=user, course=course, defaults={"enrolled_at": at}
    )
    # Where the small course has one lesson, doing it has completed the course already.
    completion, _made = CourseCompletion.objects.get_or_create(
        enrolment=enrolment,
        defaults={"completed_at": at, "snapshot": {"required": 1, "modules": [], "completed": []}},
    )
    assertion = services.award(completion=completion, at=at)
    services.sign(assertion.pk, at=at)
    look(client, "certificate", f"/training/credentials/{assertion.uuid}/")
    look(Client(), "verify", "/training/verify/")
    look(Client(), "did", "/.well-known/did.json")
    look(Client(), "cities", "/training/cities/")


def main() -> None:
    root = load()
    names = {
        get_user_model().USERNAME_FIELD: "amara",
        "email": "amara@example.org",
        "password": "a long quiet sentence",
    }
    user = get_user_model().objects.create_superuser(**names)
    client = Client()
    client.force_login(user)
    prefix = f"/{Locale.get_default().language_code}" if len(settings.LANGUAGES) == 2 else ""
    look(Client(), "knowledge", f"{prefix}/training/knowledge/")
    look(Client(), "facts", f"{prefix}/training/knowledge/facts/")
    look(client, "studio", "/admin/")
    look(client, "explorer", f"/admin/pages/{root.pk}/")
    if apps.is_installed("modules"):
        learn(client, user)
        look(client, "questions", "/admin/snippets/stoa_modules/question/")
    if apps.is_installed("courses"):
        look(client, "cohorts", "/admin/cohorts/")
    if apps.is_installed("certification"):
        certify(client, user)
    sys.stdout.write("FOUND" + json.dumps(found) + "\n")


main()
