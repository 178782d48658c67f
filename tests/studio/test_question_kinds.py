"""Words, numbers and places in the studio: written, previewed, refused with what was typed kept, and looked at."""

import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection
from wagtail.test.utils.form_data import nested_form_data, streamfield

from modules import kinds
from modules.models import Question
from tests.factories import kinds as factory

NAME = "wagtailsnippets_stoa_modules_question"


def listed(*values) -> dict:
    """A list inside a block, as Wagtail's form posts it."""
    return {"count": len(values)} | {
        str(n): {"value": value, "order": n, "deleted": "", "id": ""}
        for n, value in enumerate(values)
    }


def form(studio, kind: str, *blocks, **fields) -> dict:
    return nested_form_data(
        {
            "module": studio.module.pk, "kind": kind, "stem": "What is asked?", "explanation": "Because.", "difficulty": 1,
            "is_graded": "on", "facts": "", "guidance": "", "tags": "", "lesson": "", "outcome": "",
            "answers": streamfield(list(blocks)),
        } | fields
    )  # fmt: skip


def gap(*accepted, **fields):
    return (
        "gap",
        {"before": "It is a", "after": "distance.", "accepted": listed(*accepted), "feedback": ""}
        | fields,
    )


def number(value="2.5", tolerance="0", unit="m", units=()):
    others = listed(*({"unit": name, "factor": factor} for name, factor in units))
    return (
        "number",
        {"value": value, "tolerance": tolerance, "unit": unit, "units": others, "feedback": ""},
    )


def picture(drawing="", image="", alt="A section."):
    return ("picture", {"drawing": drawing, "image": image, "alt": alt})


def spot(label, x=10, y=10, width=20, height=20, correct=False):
    sides = {
        "label": label,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "feedback": f"About {label.lower()}.",
    }
    return ("spot", sides | ({"correct": "on"} if correct else {}))


@pytest.fixture
def drawn(db):
    return factory.drawing()


def written(trainer, data) -> dict:
    """The content of the question that this form makes."""
    answer = trainer.post(reverse(f"{NAME}:add"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Question.objects.get(stem="What is asked?").current.content


def test_a_trainer_writes_words(trainer, studio):
    content = written(trainer, form(studio, "fill_in", gap("stand-off", "standoff", accents="on")))
    assert content["gaps"][0]["accepted"] == ["stand-off", "standoff"]
    assert (content["gaps"][0]["case"], content["gaps"][0]["accents"]) == (False, True)


def test_a_trainer_writes_a_number(trainer, studio):
    content = written(
        trainer, form(studio, "numeric", number("2,5", "0.05", units=[("cm", "0.01")]))
    )
    assert content["number"]["value"] == "2.5"  # as it is kept, however it was typed
    assert content["number"]["units"] == [{"unit": "cm", "factor": "0.01"}]


def test_a_trainer_writes_places(trainer, studio, drawn):
    blocks = picture(drawn.pk), spot("The seat", correct=True), spot("The road", x=50)
    content = written(trainer, form(studio, "hotspot", *blocks))
    assert content["picture"] == {"drawing": drawn.key, "image": None, "alt": "A section."}
    assert [one["x"] for one in content["spots"]] == [10, 50]


@pytest.mark.parametrize(
    ("kind", "blocks", "message"),
    [
        ("fill_in", [gap()], "The minimum number of items is 1"),
        ("fill_in", [gap("...", ""), gap("ok")], "This field is required"),
        ("fill_in", [gap("\u200b")], "leave none of them empty"),
        ("numeric", [number("about two")], "This cannot be read as a number"),
        ("numeric", [number("NaN")], "This cannot be read as a number"),
        ("numeric", [number("2", "-1")], "a tolerance of 0 or more"),
        ("numeric", [number(), number()], "Give exactly one number."),
        ("numeric", [number(units=[("cm", "0")])], "a factor above 0"),
        ("numeric", [number(units=[("m", "2")])], "none of them twice"),
        ("hotspot", [spot("a", correct=True), spot("b")], "Choose one picture."),
        ("hotspot", [picture(), spot("a", correct=True), spot("b")], "Choose a drawing or an image"),
        ("hotspot", [picture("DRAWING", alt=""), spot("a", correct=True), spot("b")], "This field is required"),
        ("hotspot", [picture("DRAWING"), spot("a", correct=True), spot("b", correct=True)], "some right and some wrong"),
        ("hotspot", [picture("DRAWING"), spot("a", correct=True, x=90), spot("b")], "reaches over the edge"),
        ("hotspot", [picture("DRAWING"), spot("a", correct=True), spot("b", width=0)], "greater than or equal to 0.1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    trainer, studio, drawn, kind, blocks, message
):
    given = [
        (name, {key: drawn.pk if value == "DRAWING" else value for key, value in values.items()})
        for name, values in blocks
    ]
    answer = trainer.post(reverse(f"{NAME}:add"), form(studio, kind, *given))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert message in page and "What is asked?" in page
    assert not Question.objects.filter(stem="What is asked?").exists()


def preview(trainer, data, mode: str) -> str:
    address = reverse(f"{NAME}:preview_on_add")
    trainer.post(address, data)
    answer = trainer.get(address, {"mode": mode})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_preview_asks_without_telling(trainer, studio, drawn):
    words = preview(trainer, form(studio, "fill_in", gap("stand-off")), "asked")
    assert "It is a" in words and "stand-off" not in words
    numbers = preview(trainer, form(studio, "numeric", number("31415")), "asked")
    assert "in m" in numbers and "31415" not in numbers
    places = picture(drawn.pk), spot("The seat", x=47.5, correct=True), spot("The road", x=2)
    asked = preview(trainer, form(studio, "hotspot", *places), "asked")
    assert 'x="47.5%"' in asked and drawn.get_absolute_url() in asked
    assert asked.index("The road") < asked.index("The seat") and "About the" not in asked


def test_the_preview_with_the_key_shows_the_areas(trainer, studio, drawn):
    places = picture(drawn.pk), spot("The seat", x=47.5, correct=True), spot("The road", x=2)
    told = preview(trainer, form(studio, "hotspot", *places), "answered")
    assert "B · The seat" in told and "is-wrong" in told and "data-placing" in told
    assert "[stand-off / standoff]" in preview(
        trainer, form(studio, "fill_in", gap("stand-off", "standoff")), "answered"
    )
    assert "2.5 ± 0.1 m" in preview(
        trainer, form(studio, "numeric", number(tolerance="0.1")), "answered"
    )


def test_half_a_question_shows_its_picture_to_draw_areas_on(trainer, studio, drawn):
    page = preview(
        trainer, form(studio, "hotspot", picture(drawn.pk), spot("", x="", y="")), "asked"
    )
    assert "data-placing" in page and drawn.get_absolute_url() in page
    assert "Give at least two places" in page


def test_an_image_from_the_library_serves_as_well(trainer, studio, amara):
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    image = get_image_model().objects.create(
        title="Square", file=get_test_image_file(size=(300, 200))
    )
    blocks = picture(image=image.pk), spot("The seat", correct=True), spot("The road", x=50)
    page = preview(trainer, form(studio, "hotspot", *blocks), "asked")
    assert '<img src="' in page and 'width="300"' in page and 'alt="A section."' in page


@pytest.mark.parametrize("kind", list(kinds.KINDS))
def test_every_kind_can_be_inspected_and_edited(as_person, studio, hana, kind):
    client = as_person(hana)
    factory.drawing()
    question = factory.question(studio.module, factory.content(kind))
    inspected = client.get(reverse(f"{NAME}:inspect", args=[question.pk]))
    assert inspected.status_code == 200 and question.stem in inspected.content.decode()
    assert client.get(reverse(f"{NAME}:edit", args=[question.pk])).status_code == 200


@pytest.mark.parametrize("kind", list(kinds.KINDS))
def test_a_preview_of_the_wrong_parts_says_so(trainer, studio, drawn, kind):
    """Somebody changes the kind and has not rewritten the answers yet."""
    others = (
        gap("stand-off"),
        ("option", {"text": "", "feedback": ""}),
        picture(drawn.pk),
        spot("", x="", y=""),
    )
    page = preview(trainer, form(studio, kind, *others, number("")), "asked")
    assert "takes only" in page
