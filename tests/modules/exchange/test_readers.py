"""What other systems write: what is taken over, and what is said about the rest."""

import textwrap

import pytest

from modules.exchange import aiken, csv_items, gift, moodle_xml, qti2, qti3
from modules.exchange.errors import UnreadableFile
from modules.exchange.formats import detect
from modules.exchange.items import MAX_BYTES


def read(format_, text: str | bytes):
    """Items, and {row: codes of findings}."""
    data = textwrap.dedent(text).encode() if isinstance(text, str) else text
    items, findings = format_.read(data)
    said: dict[int, list[str]] = {}
    for finding in findings:
        assert finding.message
        said.setdefault(finding.row, []).append(finding.code)
    return items, said


def only(format_, text):
    items, said = read(format_, text)
    assert len(items) == 1, said
    return items[0], said.get(1, [])


def right(item) -> list[str]:
    return [option["text"] for option in item.content["options"] if option["correct"]]


# GIFT


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        ("Two? {=a ~b ~c}", "single", []),
        ("Two? {~%50%a ~%50%b ~%-50%c}", "multiple", []),
        ("Two? {~%50%a ~%50%b ~%-100%c}", "multiple", ["weights"]),
        ("Two? {~%80%a ~%20%b ~c}", "multiple", ["weights"]),
        ("Two? {=a =b ~c}", "multiple", ["any-of"]),
        ("Two? {=a ~%50%b ~c}", "single", ["weights"]),
        ("Two? {T}", "true_false", []),
        ("Two? {=a =b}", "fill_in", []),
        ("Two? {=a =%50%b}", "fill_in", ["weights"]),
        ("Two? {=a -> x =b -> y = -> z}", "matching", []),
        ("Two? {#2:0.5}", "numeric", []),
        ("Two? {#1..5}", "numeric", []),
        ("Two? {#=2 =%50%3:1}", "numeric", ["weights"]),
        ("[html]<b>Two</b>? {T}", "true_false", ["formatting"]),
        ('[html]<img src\\="x.png">Two? {T}', "true_false", ["picture"]),
        ("[markdown]**Two**? {T}", "true_false", ["formatting"]),
    ],
)
def test_gift_kinds(text, kind, codes):
    item, said = only(gift, text)
    assert (item.kind, said) == (kind, codes)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Write. {}", "essay"),
        ("No question here.", "description"),
        ("Two {=a and {=b}", "brace"),
        ("Two {=a} and {=b}?", "several-gaps"),
        ("Two? {=a* =b}", "wildcard"),
        ("Two? {#many}", "not-a-number"),
        ("Two? {#=1 =2}", "several-numbers"),
        ("Two? {nothing}", "not-understood"),
        ("Two? {>ALL a b c}", "ordering"),
        ("Two? {~a ~b}", "right-answers"),
        (f"Two? {{={'long ' * 100} ~b}}", "too-long"),
    ],
)
def test_gift_refuses_with_a_reason(text, code):
    items, said = read(gift, text)
    assert (items, said) == ([], {1: [code]})


def test_gift_text_feedback_and_names():
    item, said = only(
        gift,
        r"""
        $CATEGORY: $course$/top/Squares/Light

        // [id:SQ1] [tag:evening]
        ::A title:: Where \{and\} when\: 1 \= 1? {
            =Here # Yes\n- really.
            ~There#No.

            ####Because.
        }
        """,
    )
    assert said == []
    assert (item.stem, item.title, item.key) == ("Where {and} when: 1 = 1?", "A title", "SQ1")
    assert item.tags == ("evening", "Light")
    assert item.content["explanation"] == "Because."
    assert [o["feedback"] for o in item.content["options"]] == ["Yes\n- really.", "No."]


def test_a_question_that_is_not_closed_does_not_swallow_the_next():
    items, said = read(gift, "::One:: Broken? {=a ~b\n\n::Two:: Good? {=a ~b}")
    assert [item.title for item in items] == ["Two"]
    assert said == {1: ["brace"]}


# Moodle XML


def moodle(kind: str, inside: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <quiz><question type="{kind}"><name><text>N</text></name>
    <questiontext format="html"><text><![CDATA[<p>Where?</p>]]></text></questiontext>{inside}</question></quiz>
    """


def answer(text: str, fraction: float | str = 0, inside: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{inside}</answer>'


@pytest.mark.parametrize(
    ("kind", "inside", "ours", "codes"),
    [
        ("multichoice", answer("a", 100) + answer("b"), "single", []),
        ("multichoice", answer("a", 100) + answer("b", 50), "single", ["weights"]),
        ("multichoice", "<single>false</single>" + answer("a", 100) + answer("b", -100), "multiple", []),
        ("multichoice", "<single>0</single>" + answer("a", 50) + answer("b", 50) + answer("c"), "multiple", ["weights"]),
        ("truefalse", answer("true", 100) + answer("false"), "true_false", []),
        ("shortanswer", answer("a", 100) + answer("b", 100), "fill_in", []),
        ("numerical", answer("3", 100, "<tolerance>0.5</tolerance>"), "numeric", []),
        ("matching", "<subquestion><text>a</text><answer><text>x</text></answer></subquestion><subquestion><text>b</text><answer><text>y</text></answer></subquestion>", "matching", []),
        ("ordering", answer("a") + answer("b") + answer("c"), "ordering", []),
    ],
)  # fmt: skip
def test_moodle_kinds(kind, inside, ours, codes):
    item, said = only(moodle_xml, moodle(kind, inside))
    assert (item.kind, item.stem, said) == (ours, "Where?", codes)


@pytest.mark.parametrize("kind", ["essay", "description", "cloze", "calculated", "random", "ddmarker", "odd"])  # fmt: skip
def test_moodle_refuses_with_a_reason(kind):
    items, said = read(moodle_xml, moodle(kind, ""))
    assert (items, said) == ([], {1: ["kind"]})


def test_moodle_says_what_stands_beside_a_question():
    inside = answer("a", 100) + answer("b") + (
        "<penalty>0.5</penalty><defaultgrade>2</defaultgrade><shuffleanswers>0</shuffleanswers><hidden>1</hidden>"
        "<hint><text>Look</text></hint><correctfeedback><text>Own words</text></correctfeedback>"
        "<tags><tag><text>light</text></tag></tags><idnumber>K1</idnumber>"
    )  # fmt: skip
    items, said = read(moodle_xml, moodle("multichoice", inside))
    assert (items[0].tags, items[0].key, items[0].title) == (("light",), "K1", "N")
    assert said == {1: ["feedback", "hints"], 0: ["penalty", "points", "shuffle", "hidden"]}


def test_moodle_units_are_turned_round():
    units = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit><unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
    item, said = only(moodle_xml, moodle("numerical", answer("3", 100) + units))
    assert item.content["number"]["units"] == [{"unit": "cm", "factor": "0.01"}] and said == []


# QTI

CHOICE2 = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="a" title="T" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="{many}" baseType="identifier"><correctResponse>{right}</correctResponse>{mapping}</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><p>Look at   this.</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1"><prompt>Which?</prompt>
<simpleChoice identifier="A">One<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Yes.</feedbackInline></simpleChoice>
<simpleChoice identifier="B">Two</simpleChoice><simpleChoice identifier="C">Three</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/{rule}"/></assessmentItem>"""


def choice2(right="A", many="single", mapping="", rule="match_correct") -> str:
    values = "".join(f"<value>{name}</value>" for name in right)
    return CHOICE2.format(right=values, many=many, mapping=mapping, rule=rule)


def entries(**worth) -> str:
    inside = "".join(f'<mapEntry mapKey="{k}" mappedValue="{v}"/>' for k, v in worth.items())
    return f'<mapping lowerBound="0" defaultValue="0">{inside}</mapping>'


def test_qti_2_choice_with_its_feedback():
    item, said = only(qti2, choice2())
    assert (item.kind, item.stem, item.title) == ("single", "Look at this.\n\nWhich?", "T")
    assert (right(item), item.content["options"][0]["feedback"], said) == (["One"], "Yes.", [])


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"right": "AB"}, ["all-or-nothing"]),
        ({"right": "AB", "mapping": entries(A=1, B=1, C=-1), "rule": "map_response"}, []),
        ({"right": "AB", "mapping": entries(A=2, B=1, C=-1), "rule": "map_response"}, ["weights"]),
        ({"right": "", "mapping": entries(A=1, B=1, C=-1), "rule": "map_response"}, []),
        ({"right": "AB", "rule": "map_response_of_my_own"}, ["processing"]),
    ],
)
def test_qti_says_where_it_is_marked_otherwise(fields, codes):
    item, said = only(qti2, choice2(many="multiple", **fields))
    assert (item.kind, right(item), said) == ("multiple", ["One", "Two"], codes)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('adaptive="false"', 'adaptive="true"', "adaptive"),
        ("<outcomeDeclaration", '<templateDeclaration identifier="X"/><outcomeDeclaration', "template"),
        ("choiceInteraction", "hottextInteraction", "interaction"),
        ("<value>A</value>", "", "no-key"),
        ("<value>A</value>", "<value>Z</value>", "no-key"),
        ("</itemBody>", '<extendedTextInteraction responseIdentifier="X"/></itemBody>', "interaction"),
        ("</itemBody>", '<textEntryInteraction responseIdentifier="X"/></itemBody>', "several"),
    ],
)  # fmt: skip
def test_qti_refuses_with_a_reason(old, new, code):
    items, said = read(qti2, choice2().replace(old, new))
    assert (items, said) == ([], {1: [code]})


def test_qti_3_number_with_its_tolerance():
    text = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="a" title="T" time-dependent="false" xml:lang="fr">
    <qti-response-declaration identifier="R" cardinality="single" base-type="float"><qti-correct-response><qti-value>50</qti-value></qti-correct-response></qti-response-declaration>
    <qti-item-body><p>How long? <qti-text-entry-interaction response-identifier="R"/></p></qti-item-body>
    <qti-response-processing><qti-response-condition><qti-response-if><qti-equal tolerance-mode="relative" tolerance="10 10"><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-equal>
    <qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing></qti-assessment-item>"""
    item, said = only(qti3, text)
    assert (item.kind, item.language, said) == ("numeric", "fr", [])
    assert (item.content["number"]["value"], item.content["number"]["tolerance"]) == ("50", "5")


# Aiken and tables


def test_aiken():
    items, said = read(
        aiken,
        "One?\nA. a\nB. b\nANSWER: B\n\nTwo?\nmore\nA) a\nB) b\nANSWER: A\n\nThree?\nA. a\nB. b\n\nFour?\nA. a\nB. b\nANSWER: D\n\nFive?\nA. a\nB. b\nANSWER: A, B",
    )
    assert [(item.stem, right(item)) for item in items] == [("One?", ["b"]), ("Two?\nmore", ["a"])]
    assert said == {3: ["no-answer"], 4: ["no-answer"], 5: ["several"]}


def test_a_table_as_people_write_it():
    text = "Kind;Stem;Answer 1;Right 1;Answer 2;Right 2;Colour\nsingle;Where?;Here;x;There;;red\nodd;Where?;;;;;\nsingle;Where;Here;perhaps;There;no;\n"
    items, said = read(csv_items, text)
    assert [(item.row, right(item)) for item in items] == [(2, ["Here"])]
    assert said == {0: ["column"], 3: ["kind"], 4: ["yes-or-no"]}


def test_a_table_without_names_is_refused():
    with pytest.raises(UnreadableFile) as problem:
        csv_items.read(b"single,Where?,Here")
    assert problem.value.code == "no-header"


# Encodings and hostile files


@pytest.mark.parametrize(
    ("encoding", "codes"),
    [("utf-8", []), ("utf-8-sig", []), ("utf-16", []), ("utf-16-le", []), ("cp1252", ["encoding"])],
)
def test_encodings(encoding, codes):
    items, said = read(gift, "Où est l’été? {=Là ~Ici}".encode(encoding))
    assert (items[0].stem, said.get(0, [])) == ("Où est l’été?", codes)


def test_control_characters_are_left_out_and_said():
    items, said = read(gift, "Whe\0re\x07? {=a\x0b ~b}")
    assert (items[0].stem, said) == ("Where?", {0: ["control-characters"]})
    items, said = read(moodle_xml, moodle("multichoice", answer("a\x0b", 100) + answer("b")))
    assert (right(items[0]), said) == (["a"], {0: ["control-characters"]})


BOMB = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz><question type="essay"><name><text>&b;</text></name></question></quiz>'
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'
)


@pytest.mark.parametrize(
    ("format_", "data", "code"),
    [
        (moodle_xml, BOMB.encode(), "entities"),
        (moodle_xml, OUTSIDE.encode(), "entities"),
        (qti3, OUTSIDE.encode(), "entities"),
        (moodle_xml, b"<quiz>" + b"<a>" * 50_000, "not-xml"),
        (moodle_xml, b"<quiz>" + b"<a>" * 1000 + b"</a>" * 1000 + b"</quiz>", "too-deep"),
        (moodle_xml, b"<other/>", "not-moodle"),
        (qti3, b"<questestinterop/>", "qti-1"),
        (qti3, b"<manifest/>", "test"),
        (qti3, b"PK\x03\x04rubbish", "not-a-zip"),
        (gift, b"x" * (MAX_BYTES + 1), "too-large"),
        (gift, b" \n\0", "empty"),
        (gift, b"Two? {T}\n\n" * 5001, "too-many"),
        (aiken, b"Two?\nA. a\nB. b\nANSWER: A\n" * 5001, "too-many"),
        (csv_items, b"kind,stem\n" + b"single,a\n" * 5001, "too-many"),
        (csv_items, b'kind,stem\nsingle,"' + b"a" * 300_000, "not-a-table"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_with_a_sentence(format_, data, code):
    with pytest.raises(UnreadableFile) as problem:
        format_.read(data)
    assert (problem.value.code, bool(str(problem.value.sentence))) == (code, True)


@pytest.mark.parametrize("damage", range(0, 1500, 37))
def test_a_damaged_file_never_breaks_a_reader(damage):
    for format_, text in (
        (qti2, choice2()),
        (gift, "::T:: A {=b#c ~%50%d} e\n\n// [id:x]\nQ {#1:2}"),
    ):
        for data in (text[:damage], text[:damage] + "<{~=" + text[damage:]):
            try:
                format_.read(data.encode())
            except UnreadableFile as refused:
                assert str(refused.sentence)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Two? {T}", "gift"),
        ("Two?\nA. a\nB. b\nANSWER: A", "aiken"),
        ("\ufeffkind,stem\nsingle,a", "csv"),
        (moodle("essay", ""), "moodle_xml"),
        (choice2(), "qti"),
    ],
)
def test_the_format_is_found_out(text, key):
    assert detect(text.encode()).key == key
