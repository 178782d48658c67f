"""Does the check name what is unused, malformed or not translated, and does the report count what there is?"""

import json
from dataclasses import replace

import pytest
from django.core.management import call_command

from content.curriculum import HERE, read
from content.curriculum.__main__ import main
from content.curriculum.checking import check, check_files
from content.curriculum.prose import sentences
from content.curriculum.reading import readings, table
from content.curriculum.sheets import Findings
from tests.content.test_curriculum_reader import (
    LESSON,
    MODULE,
    QUESTIONS,
    TODAY,
    folder,
)
from tests.content.test_curriculum_translations import french

__all__ = ["folder", "french"]
ORPHAN = (QUESTIONS, "Nothing uses the question “m01-q03”.", "note")  # of the fixture itself


def found_in(folder):
    return {(one.file, one.message, one.severity) for one in check(read(folder.path, today=TODAY))}


def test_a_sound_curriculum_has_only_the_question_that_no_quiz_draws(folder):
    assert found_in(folder) == {ORPHAN}


@pytest.mark.parametrize(
    ("file", "before", "after", "message", "severity"),
    [
        ("knowledge/sources.toml", 'address = "', 'address = "htp:/', "is no address of the web", "problem"),
        ("knowledge/sources.toml", 'key = "S1"', 'key = "S1"\ndoi = "https://doi.org/10.1/x"', "doi of “S1” is malformed", "problem"),
        (LESSON, 'alt = "Drawing of a lantern."', 'alt = "lantern.svg"', "no alternative text", "problem"),
        (LESSON, 'alt = "Drawing of a lantern."', 'alt = "A lantern."', "repeats the words", "note"),
        ("knowledge/glossary.toml", "[[terms]]", '[[terms]]\nkey = "gong"\nterm = "Gong"\ndefinition = "It rings."\n'
         'facts = []\ncertainty = "general"\nalso = []\n\n[[terms]]', "Nothing uses the term “gong”", "note"),
        (MODULE, "[[lessons]]", '[[outcomes]]\nkey = "m01-o2"\nbloom = "apply"\nverb = "apply"\ntext = "Apply."\narea = "A"\n'
         'level = 1\nalignment = []\n\n[[lessons]]', "Nothing assesses the outcome “m01-o2”", "note"),
    ],
)  # fmt: skip
def test_what_is_amiss_is_named(folder, file, before, after, message, severity):
    folder.change(file, before, after)
    new = found_in(folder) - {ORPHAN}
    assert len(new) == 1
    assert [(f, s) for f, m, s in new if message in m] == [(file, severity)]


def test_an_outcome_of_a_finished_module_must_be_assessed(folder):
    found = read(folder.path, today=TODAY)
    ready = replace(found.modules["m01"], status="ready")
    found = replace(
        found, modules={**found.modules, "m01": ready}, questions={}, scenarios={}, lessons={}
    )
    assert {one.message for one in check(found) if one.severity == "problem"} == {
        "Nothing assesses the outcome “m01-o1”."
    }


def test_what_no_lesson_reaches_is_an_orphan(folder):
    found = replace(read(folder.path, today=TODAY), lessons={}, scenarios={})
    files = {one.file for one in check(found) if "Nothing uses" in one.message}
    assert {
        "knowledge/recommendations.toml",
        "knowledge/guidance.toml",
        "knowledge/checklists.toml",
    } <= files
    (drawing,) = [one for one in check(found) if "drawing" in one.message]
    assert drawing.file == "modules/m01-lanterns/figures/lantern.svg"


def test_two_things_with_one_uuid_are_a_problem(folder):
    uuid = 'uuid = "5c9c6f7e-8f0a-4c8e-9d55-0d1a8f0c9b11"'
    for key in ("m01-q01", "m01-q02"):
        folder.change(QUESTIONS, f'key = "{key}"', f'key = "{key}"\n{uuid}')
    message = "The question “m01-q02” has the uuid of the question “m01-q01”."
    assert (QUESTIONS, message, "problem") in found_in(folder)


def test_what_a_language_has_begun_and_not_finished_is_named(french):
    french.write(
        "fr/knowledge/facts/01-lanterns.toml",
        '[[facts]]\nkey = "F1.01"\ntitle = "Titre"\ntext = "Phrase."\n',
    )
    (french.path / "fr" / QUESTIONS).unlink()
    messages = {message for _file, message, _severity in found_in(french)}
    assert "The fact “F1.02” is not translated into “fr”." in messages
    assert "The question “m01-q01” is not translated into “fr”." in messages
    assert not any("“F1.01”" in message or "source" in message for message in messages)


def test_the_commands_print_findings_and_fail_on_a_problem(folder, capsys):
    call_command("check_curriculum", path=folder.path)
    assert "0 problems, 1 notes." in capsys.readouterr().out
    folder.change("knowledge/sources.toml", 'address = "', 'address = "htp:/')
    with pytest.raises(SystemExit, match="1"):
        call_command("check_curriculum", path=folder.path, json=True)
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["file"], first["severity"]) == ("knowledge/sources.toml", "problem")
    assert first["line"] > 1 and first["advice"]
    assert main([str(folder.path)]) == 1
    assert "PROBLEM  knowledge/sources.toml:" in capsys.readouterr().out


def test_what_cannot_be_read_is_a_finding(folder, capsys):
    folder.change(LESSON, "[[F1.01]]", "[[F1.77]]")
    with pytest.raises(SystemExit, match="1"):
        call_command("check_curriculum", path=folder.path)
    assert "There is no fact “F1.77”." in capsys.readouterr().out


def test_each_module_is_measured_in_each_language(french):
    folder_line = "And then the evening comes."
    french.change(LESSON, folder_line, "And " + "then " * 120 + "the evening comes.")
    found = read(french.path, today=TODAY)
    english, said = readings(found)
    assert (english.module, english.language, said.language) == ("m01", "en", "fr")
    assert (english.lessons, english.minutes, english.questions, english.figures) == (1, 14, 3, 1)
    assert (english.facts, english.longest, said.longest) == (1, 124, 6)
    assert [key for key, _average in english.heavy] == ["m01-l01"] and said.heavy == ()
    assert list(table(found))[-1].endswith(f"m01-l01 (en, {english.average:.1f}).")


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "It is dark. Light the lamp.", 2),
        ("fr", "Voir l'art. 5 du texte. Écoutez ! « Est-ce sûr ? » À demain.", 4),
        ("es", "Véase el art. 5. ¿Es seguro? ¡Sí! Ángulos de EE. UU. también.", 4),
    ],
)
def test_sentences_end_as_their_language_ends_them(language, text, count):
    assert len(list(sentences(text, 1, "a.md", Findings(), language))) == count


def test_the_shipped_curriculum_leaves_nothing_to_say():
    assert [str(one) for one in check_files(HERE, today=TODAY)] == []
