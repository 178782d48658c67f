"""Artefacts: saved at every change, files checked, handed in once, tried again after a fail."""

import datetime as dt
import hashlib

import pytest
from django.core.files.storage import InMemoryStorage
from django.test import Client

from courses import services as courses
from modules import artefacts, checking, conf, marking, sweeping, uploads
from modules.errors import HandedIn, Incomplete, NoMoreTries, NotOpen, UnreadableAnswer
from modules.models import Marking, Statement, Submission, SubmissionFile
from modules.pages_lookup import lesson_page
from modules.rubrics import FOUR_CRITERIA, ensure_default, keep_rubric, newest
from tests.counting import at_most
from tests.factories import artefacts as make
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def activity(school):
    return make.lesson(school)


@pytest.fixture(autouse=True)
def stored(monkeypatch):
    """Private storage in memory; its files by name."""
    storage = InMemoryStorage()
    field = SubmissionFile._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storage)
    return storage


def names(storage) -> list[str]:
    return storage.listdir("submissions")[1] if storage.exists("submissions") else []


@pytest.fixture
def amara(amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    return amara


def save(learner, activity, at=NOON, **fields):
    return artefacts.save_fields(learner=learner, activity=activity, fields=fields, at=at)


def attach(learner, activity, name="plan.pdf", data=None, at=NOON):
    upload = make.upload(name, make.pdf() if data is None else data)
    return artefacts.attach(learner=learner, activity=activity, upload=upload, at=at)


def fail(submission, at=NOON + HOUR):
    """Two markings that fail it, without two trainers."""
    marking.conclude(submission=submission, points=make.FAILING, at=at)


# Writing


def test_a_stranger_writes_nothing(chiara, activity):
    with pytest.raises(NotOpen):
        save(chiara, activity, plan="Mine.")
    assert not Submission.objects.exists()


def test_two_devices_do_not_undo_each_other(amara, activity):
    save(amara, activity, finding="From the desk.")
    save(amara, activity, plan="From the bus.")
    save(amara, activity, finding="From the desk, later.")
    draft = Submission.objects.get()
    assert draft.answers == {"finding": "From the desk, later.", "plan": "From the bus."}


def test_what_is_typed_is_cleaned_and_bounded(amara, activity):
    draft = save(amara, activity, plan="a\0b\r\nc" + "x" * 40_000)
    assert draft.answers["plan"].startswith("ab\ncx")
    assert len(draft.answers["plan"]) == artefacts.MAX_TEXT


def test_a_field_that_is_not_asked_is_refused(amara, activity):
    with pytest.raises(UnreadableAnswer):
        save(amara, activity, secret="x")


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        ({}, {"finding", "plan"}),
        ({"finding": "A", "plan": "too short"}, {"plan"}),
        ({"finding": " \n", "plan": "just three words"}, {"finding"}),
        ({"finding": "A", "plan": "word " * 41}, {"plan"}),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(amara, activity, texts, missing):
    draft = save(amara, activity, **texts)
    with pytest.raises(Incomplete) as refused:
        artefacts.hand_in(submission=draft, at=NOON)
    assert set(refused.value.problems) == missing
    draft.refresh_from_db()
    assert draft.state == "draft" and draft.answers == save(amara, activity).answers


def test_handing_in_twice_is_once(amara, activity):
    draft = make.written(amara, activity)
    first = artefacts.hand_in(submission=draft, at=NOON)
    again = artefacts.hand_in(submission=draft, at=NOON + HOUR)
    assert first == again and again.submitted_at == NOON
    assert Statement.objects.filter(activity=activity).count() == 1


def test_what_was_handed_in_is_not_changed(amara, activity):
    make.handed_in(amara, activity)
    with pytest.raises(HandedIn):
        save(amara, activity, plan="Later.")
    with pytest.raises(HandedIn):
        attach(amara, activity)


def test_a_fail_opens_a_new_try_with_the_old_words(amara, activity):
    fail(make.handed_in(amara, activity))
    second = artefacts.open_draft(learner=amara, activity=activity, at=NOON + HOUR)
    assert (second.number, second.answers) == (2, make.TEXTS)
    assert Submission.objects.get(number=1).result == make.FAILING


def test_a_pass_ends_the_trying(amara, activity):
    marking.conclude(submission=make.handed_in(amara, activity), points=make.PASSING, at=NOON)
    with pytest.raises(HandedIn):
        artefacts.open_draft(learner=amara, activity=activity, at=NOON)


def test_a_draft_is_not_handed_in_once_an_earlier_try_has_passed(amara, activity):
    first = make.handed_in(amara, activity)
    fail(first)
    draft = make.written(amara, activity)
    marking.conclude(submission=first, points=make.PASSING, at=NOON + HOUR)  # an appeal was upheld
    with pytest.raises(HandedIn) as refused:
        artefacts.hand_in(submission=draft, at=NOON + HOUR)
    assert refused.value.submission == first


def test_tries_run_out_where_they_are_counted(amara, school):
    activity = make.lesson(school, most_tries=2)
    for _n in range(2):
        fail(make.handed_in(amara, activity))
    with pytest.raises(NoMoreTries):
        save(amara, activity, plan="A third.")


def test_handing_in_after_the_course_closed_is_refused(amara, activity, school):
    draft = make.written(amara, activity)
    school.course.closes_at = NOON + HOUR
    school.course.save()
    with pytest.raises(NotOpen):
        artefacts.hand_in(submission=draft, at=NOON + 2 * HOUR)


def test_a_rubric_in_use_gets_a_new_version_and_old_work_keeps_its_own(amara, activity):
    submission = make.handed_in(amara, activity)
    rubric = newest("four-criteria")
    rubric.pass_points = 9
    changed = keep_rubric(rubric=rubric, at=NOON)
    assert (changed.number, changed.pass_points) == (2, 9)
    submission.refresh_from_db()
    assert (submission.rubric.number, submission.rubric.pass_points) == (1, 8)
    assert newest("four-criteria") == changed
    changed.pass_points = 10  # nothing rests on it yet
    assert keep_rubric(rubric=changed, at=NOON).number == 2
    assert ensure_default(at=NOON).pass_points == 10


def test_saving_a_used_rubric_without_a_change_makes_no_version(amara, activity):
    make.handed_in(amara, activity)
    assert keep_rubric(rubric=newest("four-criteria"), at=NOON).number == 1


def test_the_default_rubric_is_that_of_the_curriculum(activity):
    rubric = newest("four-criteria")
    assert [one["key"] for one in rubric.criteria] == [c["key"] for c in FOUR_CRITERIA]
    assert all(len(one["levels"]) == 4 for one in rubric.criteria)
    assert (rubric.pass_points, rubric.no_zero_on) == (8, ["rights"])


def test_the_turn_around_is_the_median_of_the_last_ones(amara, activity, school):
    assert artefacts.turn_around(activity) is None
    for n, days in enumerate((1, 3, 20)):
        Submission.objects.create(
            learner=amara, activity=activity, number=n + 10, rubric=newest("four-criteria"),
            state="marked", is_passed=False, started_at=NOON, saved_at=NOON, submitted_at=NOON,
            marked_at=NOON + dt.timedelta(days=days),
        )  # fmt: skip
    assert artefacts.turn_around(activity) == dt.timedelta(days=3)


# Files


def test_a_small_file_is_checked_at_once_and_kept_under_a_random_name(amara, activity, stored):
    kept = attach(amara, activity, "../../Plan für\0 Platz.pdf")
    assert (kept.state, kept.name) == ("clean", "Plan für Platz.pdf")
    assert names(stored) == [str(kept.uuid)]
    assert kept.sha256 == hashlib.sha256(stored.open(kept.file.name).read()).hexdigest()


def test_the_same_file_twice_is_one(amara, activity):
    data = make.pdf()
    assert attach(amara, activity, data=data) == attach(amara, activity, data=data)
    assert SubmissionFile.objects.count() == 1


def test_a_refused_file_leaves_nothing_behind(amara, activity, stored):
    with pytest.raises(uploads.Refused):
        attach(amara, activity, "plan.pdf", b"%PDF-1.7 rubbish")
    assert not SubmissionFile.objects.exists() and names(stored) == []


def test_number_and_size_are_limited(amara, activity, monkeypatch):
    for n in range(2):
        attach(amara, activity, data=make.pdf(Lang=f"{n}"))
    with pytest.raises(uploads.Refused, match="2 files"):
        attach(amara, activity, data=make.pdf(Lang="3"))
    monkeypatch.setattr(conf, "UPLOAD_MOST_BYTES", 300)
    with pytest.raises(uploads.Refused, match="too large"):
        attach(amara, activity, data=make.pdf(Lang="4"))


def test_nothing_is_attached_where_nothing_is_asked(amara, school):
    files = {"most": 0, "types": [], "megabytes": 1, "is_required": False}
    activity = make.lesson(school, files=files)
    with pytest.raises(uploads.Refused):
        attach(amara, activity)


@pytest.fixture
def later(monkeypatch):
    """Every file is a large one, and no worker is there."""
    monkeypatch.setattr(conf, "UPLOAD_CHECK_AT_ONCE", 10)
    monkeypatch.setattr("modules.tasks.check_file.delay_on_commit", lambda pk: None)
    asked = []
    monkeypatch.setattr("modules.tasks.check_file.delay", asked.append)
    return asked


def test_a_large_file_waits_and_keeps_the_work_waiting(amara, activity, stored, later):
    draft = make.written(amara, activity)
    sent = make.picture("JPEG", comment=b"Somebody's camera")
    waiting = attach(amara, activity, "a.jpg", sent)
    assert waiting.state == "waiting"
    with pytest.raises(Incomplete) as refused:
        artefacts.hand_in(submission=draft, at=NOON)
    assert list(refused.value.problems) == ["files"]
    for _twice in range(2):
        checking.check_file(pk=waiting.pk)
    waiting.refresh_from_db()
    kept = stored.open(waiting.file.name).read()
    assert waiting.state == "clean" and b"camera" not in kept and waiting.size == len(kept)
    assert len(names(stored)) == 1
    assert artefacts.hand_in(submission=draft, at=NOON).state == "submitted"


def test_a_large_file_that_is_refused_is_taken_out_of_storage(amara, activity, stored, later):
    waiting = attach(amara, activity, "a.docx", make.office(**{"word/vbaProject.bin": b"x"}))
    checking.check_file(pk=waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "refused" and "macros" in waiting.problem
    assert names(stored) == []


def test_a_lost_check_is_sent_again_and_given_up_after_a_day(amara, activity, stored, later):
    waiting = attach(amara, activity)
    assert sweeping.overdue(at=NOON + dt.timedelta(minutes=5))["files"] == 0
    sweeping.overdue(at=NOON + HOUR)
    assert later == [waiting.pk]
    sweeping.overdue(at=NOON + 25 * HOUR)
    waiting.refresh_from_db()
    assert waiting.state == "refused" and later == [waiting.pk] and names(stored) == []


def broken(data, name):
    raise OSError("no scanner answers")


def test_a_scanner_that_fails_keeps_the_file_waiting(amara, activity, monkeypatch, later):
    monkeypatch.setattr(conf, "UPLOAD_CHECK_AT_ONCE", 1_000_000)
    monkeypatch.setattr(conf, "UPLOAD_SCANNER", f"{__name__}.broken")
    assert attach(amara, activity).state == "waiting"


def test_a_file_is_removed_only_from_a_draft(
    amara, activity, stored, django_capture_on_commit_callbacks
):
    kept = attach(amara, activity)
    with django_capture_on_commit_callbacks(execute=True):
        artefacts.remove_file(file=kept)
    assert not SubmissionFile.objects.exists() and names(stored) == []
    kept = attach(amara, activity)
    make.handed_in(amara, activity)
    with pytest.raises(HandedIn):
        artefacts.remove_file(file=kept)
    assert names(stored) == [str(kept.uuid)]


def test_a_file_can_be_required(amara, school):
    files = {"most": 1, "types": ["pdf"], "megabytes": 1, "is_required": True}
    activity = make.lesson(school, files=files)
    draft = make.written(amara, activity)
    with pytest.raises(Incomplete) as refused:
        artefacts.hand_in(submission=draft, at=NOON)
    assert list(refused.value.problems) == ["files"]
    attach(amara, activity)
    assert artefacts.hand_in(submission=draft, at=NOON).state == "submitted"
    assert not Marking.objects.exists()


# Pages


@pytest.fixture
def client(client, amara):
    client.force_login(amara)
    return client


def url(activity, tail=""):
    return f"/artefact/{activity.uuid}/{tail}"


def typed(page, **texts) -> dict:
    """What a browser would send of the form on this page, with these texts typed in."""
    data = {}
    for one in page.context["fields"]:
        data[f"text-{one.key}"] = texts.get(one.key, one.text).replace("\n", "\r\n")
        data[f"was-{one.key}"] = one.was
    return data


def test_a_form_is_saved_resumed_and_handed_in_without_a_script(client, activity):
    page = client.get(url(activity))
    assert "up to 3 points each; 8 points pass" in page.content.decode()
    assert not Submission.objects.exists()  # looking is not beginning
    answer = client.post(url(activity), typed(page, plan="Ask them\nfirst.") | {"save": "1"})
    assert answer.status_code == 302
    page = client.get(url(activity))
    assert ">\nAsk them\nfirst.</textarea>" in page.content.decode()
    answer = client.post(url(activity), typed(page, **make.TEXTS) | {"hand_in": "1"})
    assert answer.status_code == 302
    page = client.get(url(activity)).content.decode()
    assert "Waiting to be marked" in page and "textarea" not in page


def test_what_is_missing_stands_beside_the_field_with_what_was_typed(client, activity):
    page = client.get(url(activity))
    answer = client.post(url(activity), typed(page, plan="too short") | {"hand_in": "1"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert (
        "At least 3 words are asked; there are 2." in words and ">\ntoo short</textarea>" in words
    )
    assert 'id="text-finding-error"' in words and "What you wrote is saved." in words


def test_a_stale_form_overwrites_only_what_it_changed(client, activity, amara):
    page = client.get(url(activity))
    save(amara, activity, finding="From the bus.")
    client.post(url(activity), typed(page, plan="From the desk.") | {"save": "1"})
    assert Submission.objects.get().answers == {
        "finding": "From the bus.", "plan": "From the desk.",
    }  # fmt: skip


def test_what_was_changed_elsewhere_is_looked_through_before_it_is_handed_in(
    client, activity, amara
):
    make.written(amara, activity)
    page = client.get(url(activity))
    save(amara, activity, finding="Something else.")
    answer = client.post(url(activity), typed(page) | {"hand_in": "1"})
    assert answer.status_code == 409
    assert "Something else." in answer.content.decode()
    assert Submission.objects.get().state == "draft"
    answer = client.post(url(activity), typed(answer) | {"hand_in": "1"})
    assert answer.status_code == 302 and Submission.objects.get().state == "submitted"


def test_two_tabs_hand_in_once(client, activity, amara):
    make.written(amara, activity)
    tabs = [client.get(url(activity)), client.get(url(activity))]
    answers = [client.post(url(activity), typed(tab) | {"hand_in": "1"}) for tab in tabs]
    assert [one.status_code for one in answers] == [302, 302]
    assert Submission.objects.count() == 1


def test_the_script_saves_one_field_and_is_told_when_it_was_handed_in(client, activity, amara):
    answer = client.post(url(activity, "save/"), {"text-plan": "From a script."})
    assert answer.json()["was"]["was-plan"]
    assert Submission.objects.get().answers == {"plan": "From a script."}
    assert client.post(url(activity, "save/"), {"text-none": "x"}).status_code == 400
    make.handed_in(amara, activity)
    answer = client.post(url(activity, "save/"), {"text-plan": "Too late."})
    assert (answer.status_code, answer.json()["url"]) == (409, url(activity))
    assert Submission.objects.get().answers["plan"] == make.TEXTS["plan"]


def test_saving_a_field_takes_few_queries(client, activity, amara):
    make.written(amara, activity)
    with at_most(
        14
    ):  # of which session and account 2, the activity and who may know it 2, the gates 2
        client.post(url(activity, "save/"), {"text-plan": "From a script."})


def test_a_file_is_attached_fetched_and_removed(client, activity, amara, chiara):
    page = client.get(url(activity))
    data = typed(page, plan="Kept too.") | {
        "attach": "1",
        "files": make.upload("Plan.PDF", make.pdf()),
    }
    assert client.post(url(activity), data).url.endswith("#files")
    kept = SubmissionFile.objects.get()
    assert kept.submission.answers == {"plan": "Kept too."}
    answer = client.get(f"/artefact/file/{kept.uuid}/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Plan.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    client.force_login(chiara)
    assert client.get(f"/artefact/file/{kept.uuid}/").status_code == 404
    client.force_login(amara)
    client.post(url(activity), typed(client.get(url(activity))) | {"remove": str(kept.uuid)})
    assert not SubmissionFile.objects.exists()


def test_a_refused_file_is_said_beside_the_field_and_the_words_are_kept(client, activity):
    bad = make.upload("page.png", b"<script>alert(1)</script>", "image/png")
    data = typed(client.get(url(activity)), **make.TEXTS) | {"hand_in": "1", "files": bad}
    answer = client.post(url(activity), data)
    assert answer.status_code == 422 and "page.png: What is in this file" in answer.content.decode()
    kept = Submission.objects.get()
    assert (kept.state, kept.answers) == ("draft", make.TEXTS)


def test_a_file_that_waits_is_not_given_out(client, activity, amara, later):
    waiting = attach(amara, activity)
    assert client.get(f"/artefact/file/{waiting.uuid}/").status_code == 404
    assert "Being checked" in client.get(url(activity)).content.decode()


def test_a_request_that_is_far_too_large_is_refused_before_it_is_read(
    client, activity, monkeypatch
):
    monkeypatch.setattr("modules.views_artefacts.FORM_BYTES", -11_000_000)
    data = {"files": make.upload("plan.pdf", make.pdf())}
    assert client.post(url(activity), data).status_code == 413
    assert not Submission.objects.exists()


def test_a_form_without_a_token_is_refused(activity, amara):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(amara)
    assert strict.post(url(activity), {"text-plan": "x"}).status_code == 403
    assert not Submission.objects.exists()


def test_a_result_shows_points_words_comments_and_the_way_on(client, activity, amara, monkeypatch):
    monkeypatch.setattr(conf, "APPEAL_TIME", dt.timedelta(days=36_500))
    submission = make.handed_in(amara, activity)
    Marking.objects.create(
        submission=submission, place=1, points=make.FAILING, is_passed=False, marked_at=NOON,
        comments=[{"field": "plan", "quote": "one lamp", "text": "Which of them?"}],
        feedback="Whom does it leave out?",
    )  # fmt: skip
    fail(submission)
    page = client.get(url(activity)).content.decode()
    for words in (
        "Not passed yet", "7 of 12 points", "Rights and inclusion: 1 of 3", "Named, but nothing follows from it.",
        "“one lamp”", "Which of them?", "Whom does it leave out?", "Contest this mark",
    ):  # fmt: skip
        assert words in page, words
    client.post(url(activity), {"again": "1"})
    page = client.get(url(activity)).content.decode()
    assert make.TEXTS["plan"] in page and "Try 1, handed in on" in page
    old = client.get(f"/artefact/try/{submission.uuid}/").content.decode()
    assert "Which of them?" in old


def test_nobody_else_sees_a_try(client, activity, amara, chiara):
    submission = make.handed_in(amara, activity)
    client.force_login(chiara)
    assert client.get(f"/artefact/try/{submission.uuid}/").status_code == 404
    assert make.TEXTS["plan"] not in client.get(url(activity)).content.decode()


def test_who_may_not_act_reads_why(client, activity, chiara):
    client.force_login(chiara)
    page = client.get(url(activity))
    assert page.status_code == 200 and "/course/" in page.content.decode()  # the way to join
    assert "Hand in" not in page.content.decode()
    assert client.post(url(activity), {"text-plan": "x"}).status_code == 403


def test_the_page_takes_the_same_queries_however_many_tries(client, activity, amara):
    for _n in range(2):
        fail(make.handed_in(amara, activity))
    client.get(url(activity))
    with at_most(18):
        client.get(url(activity))
    for _n in range(6):
        fail(make.handed_in(amara, activity))
    with at_most(18):
        client.get(url(activity))


def test_the_lesson_leads_to_the_artefact(client, activity):
    page = client.get(activity.lesson and lesson_page(activity.lesson).url).content.decode()
    assert f'href="{url(activity)}"' in page and "Write it and hand it in" in page
