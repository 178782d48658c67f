"""The coverage page: every hole is a hole, nobody learns of what they may not know, and it costs the same for any size."""

import pytest

from content.models import Guidance, Recommendation
from modules.models import Module, Outcome
from tests.conftest import person
from tests.content import factories as make
from tests.counting import at_most

ADDRESS = "/knowledge/coverage/"


def matrix(client, key: str):
    found = {one.key: one for one in client.get(ADDRESS).context["matrices"]}
    return found[key]


def numbers(client, key: str) -> dict[str, int]:
    return {row.head.key: row.number for row in matrix(client, key).rows}


@pytest.fixture
def advised(school):
    """GR-01 in a lesson, GR-02 in a lesson for verified roles, GR-03 named by the module, GR-04 nowhere."""
    rows = [make.recommendation(f"GR-0{n}") for n in (1, 2, 3, 4)]
    school.lessons[0].recommendations.set(rows[:1])
    hidden = school.add_lesson("Hidden words", "hidden", sensitivity="verified").lesson
    hidden.recommendations.set(rows[1:2])
    school.module.recommendations.set(rows[2:3])
    return school


def test_what_no_lesson_takes_up_is_a_hole(client, advised):
    found = matrix(client, "recommendations")
    assert [row.head.key for row in found.holes] == ["GR-02", "GR-03", "GR-04"]
    assert (found.covered, len(found.rows)) == (1, 4)
    text = client.get(ADDRESS).content.decode()
    assert "Holes: GR-02, GR-03, GR-04." in text and "No lesson yet" in text


def test_a_lesson_counts_for_those_who_may_know_of_it(client, advised, hana):
    assert numbers(client, "recommendations")["GR-02"] == 0
    members = advised.add_lesson("For members", "members", sensitivity="registered").lesson
    members.recommendations.set(Recommendation.objects.filter(key="GR-04"))
    assert numbers(client, "recommendations")["GR-04"] == 1  # signing in opens it
    client.force_login(hana)
    assert numbers(client, "recommendations")["GR-02"] == 1


def test_what_a_module_names_is_planned_and_still_a_hole(client, advised):
    row = next(row for row in matrix(client, "recommendations").rows if row.head.key == "GR-03")
    assert row.is_hole and row.cells[0].is_named and row.cells[0].shown == "planned"


def test_an_outcome_without_assessment_is_a_hole(client, advised, hana):
    asked, done, bare = (
        Outcome.objects.create(key=f"t01-o{n}", module=advised.module, position=n, text=f"Do {n}.")
        for n in (1, 2, 3)
    )
    for question in advised.questions[:2]:
        question.outcome = asked
        question.save()
    advised.test.__class__.objects.create(
        uuid="00000000-0000-4000-8000-000000000001", module=advised.module, kind="artefact", config={"outcomes": [done.key]},
    )  # fmt: skip
    assert [row.head.key for row in matrix(client, "outcomes").holes] == [bare.key]
    cells = matrix(client, "outcomes").rows[0].cells
    assert cells[0].shown == "yes"  # how many questions there are is not told to learners
    client.force_login(hana)
    assert matrix(client, "outcomes").rows[0].cells[0].shown == "2"


def test_an_action_says_what_carries_it_further(client, advised):
    action = make.action(6)
    for record in Recommendation.objects.all()[:3]:
        record.actions.add(action)
    advised.module.actions.add(action)
    row = matrix(client, "actions").rows[0]
    heads = [one.key for one in matrix(client, "actions").columns]
    found = dict(zip(heads, (cell.number for cell in row.cells), strict=True))
    assert (found["recommendations"], found["modules"], found["lessons"]) == (3, 1, 2)


def test_the_page_is_taken_away_as_tables_and_as_data(client, advised):
    table = b"".join(client.get(f"{ADDRESS}?format=csv&table=recommendations").streaming_content)
    lines = table.decode().splitlines()
    assert lines[1].endswith(",1,") and lines[4].endswith(",–,yes")
    data = client.get(f"{ADDRESS}?format=json").json()["tables"]
    assert [row["is_hole"] for row in data[0]["rows"]] == [False, True, True, True]
    assert client.get(f"{ADDRESS}?format=csv&table=nothing").status_code == 404


def test_an_empty_knowledge_base_says_so(client, site):
    assert "Nothing here yet." in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("number", [2, 60])
@pytest.mark.parametrize("who", ["stranger", "studio"])
def test_the_page_asks_fifteen_times_for_any_size(client, school, number, who):
    make.whole(number)
    modules = Module.objects.bulk_create(
        [Module(title=f"Module {n}", code=f"X{n}", is_planned=True) for n in range(number // 2)]
    )
    Outcome.objects.bulk_create(
        [Outcome(key=f"x-o{n}", module=modules[0], text=f"Do {n}.") for n in range(number)]
    )
    school.lessons[0].recommendations.set(Recommendation.objects.all())
    school.lessons[1].guidance.set(Guidance.objects.all())
    if who == "studio":
        client.force_login(person("Hana", is_staff=True, is_superuser=True))
    client.get(ADDRESS)
    with at_most(15 if who == "stranger" else 17):  # a session and its person
        assert client.get(ADDRESS).status_code == 200
