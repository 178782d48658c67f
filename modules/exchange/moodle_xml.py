"""Moodle XML, what Moodle's question bank exports. In only.

Source: docs.moodle.org, "Moodle XML format", and what Moodle's exporter writes.
"""

import re
from decimal import Decimal
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from modules.exchange.errors import UnreadableFile
from modules.exchange.gift import gap, no_wildcard, take_category
from modules.exchange.items import (
    MAX_ITEMS,
    Finding,
    Item,
    NotRepresentable,
    Report,
    check_size,
    number,
    options,
    plain_number,
    too_many,
)
from modules.exchange.shared import check_weights, take_tags, true_false_words
from modules.exchange.texts import from_html
from modules.exchange.trees import parse

ANSWERED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
# What Moodle puts there by itself says nothing of its own.
USUAL = re.compile(
    r"(your answer is (partially )?(in)?correct\.?|(in|partially )?correct!?)?", re.I
)
TRUE = {"1", "true"}


def read(data: bytes) -> tuple[list[Item], list[Finding]]:
    """The questions of a Moodle XML file that our bank can hold, and what there is to say about all of them."""
    check_size(data)
    report = Report()
    root = parse(data, report)
    if root.tag != "quiz":
        raise UnreadableFile("not-moodle", _("This is XML, but no question bank of Moodle."))
    category, row = "", 0
    for element in root.iter("question"):
        kind = (element.get("type") or "").lower()
        if kind == "category":
            category = element.findtext("category/text") or ""
            continue
        row += 1
        if row > MAX_ITEMS:
            raise too_many()
        stem = element.findtext("questiontext/text") or ""
        report.name(row, element.findtext("name/text") or "", stem)
        try:
            item = _Reading(element, kind, row, report).item()
            take_category(item, category)
            report.add(item)
        except NotRepresentable as reason:
            report.error(row, reason.code, reason.message)
    if not row:
        report.error(0, "nothing", _("There is no question in the file."))
    return report.result()


class _Reading:
    """One question on its way in."""

    def __init__(self, element: Element, kind: str, row: int, report: Report) -> None:
        self.element, self.kind, self.row, self.report = element, kind, row, report

    def item(self) -> Item:
        reader = READERS.get(self.kind)
        if reader is None:
            raise NotRepresentable("kind", _refusal(self.kind))
        content = {
            "stem": self.text(self.element.find("questiontext")),
            "explanation": self.text(self.element.find("generalfeedback")),
        }
        content |= reader(self)
        self.look_around()
        item = Item(
            content,
            title=self.element.findtext("name/text") or "",
            key=self.element.findtext("idnumber") or "",
            row=self.row,
        )
        take_tags(item, [tag.text or "" for tag in self.element.iterfind("tags/tag/text")])
        return item

    def look_around(self) -> None:
        """Say what stands beside the question and has no place here."""
        warn, share, row = self.report.warn, self.report.share, self.row
        if any(
            not USUAL.fullmatch(self.text(self.element.find(name), quiet=True)) for name in ANSWERED
        ):
            warn(row, "feedback", _("The feedback for right, partly right and wrong answers as a whole is left out."))  # fmt: skip
        if any(self.text(hint, quiet=True) for hint in self.element.findall("hint")):
            warn(row, "hints", _("Hints for further tries are left out."))
        penalty = number(self.element.findtext("penalty") or "0")
        if penalty and self.kind != "truefalse":
            share(row, "penalty", _("Marks taken off for further tries are left out; here each try is marked by itself."))  # fmt: skip
        grade = number(self.element.findtext("defaultgrade") or "1")
        if grade != 1:
            share(row, "points", _("Here every question is worth one point, whatever it was worth there."))  # fmt: skip
        if self.flag("shuffleanswers", True) is False:
            share(row, "shuffle", _("Answers stand in a fixed order there; here they are shuffled. Look for answers like “all of these”."))  # fmt: skip
        if self.flag("hidden", False):
            share(row, "hidden", _("These questions are hidden there; here they are drafts like the others."))  # fmt: skip

    def flag(self, name: str, default: bool) -> bool:
        text = (self.element.findtext(name) or "").strip().lower()
        return text in TRUE if text else default

    def text(self, element: Element | None, *, quiet: bool = False) -> str:
        """The text of <x format="html"><text>…</text></x>. `quiet`: nothing is said, it is only looked at."""
        if element is None:
            return ""
        report = Report() if quiet else self.report
        if element.find("file") is not None:
            report.warn(self.row, "picture", _("A picture, sound or film is not taken along. Look whether the question still makes sense."))  # fmt: skip
        inner = element.find("text")
        text = "".join(inner.itertext()) if inner is not None else (element.text or "")
        form = element.get("format", "")
        is_html = {"html": True, "plain_text": False}.get(form)
        if form == "markdown":
            self.report.warn(self.row, "formatting", _("Markdown stays as it was written."))
            is_html = False
        return from_html(text.strip(), report, self.row, is_html=is_html)

    def answers(self) -> list[tuple[str, float, str]]:
        """Answers as (text, fraction of the mark in per cent, feedback)."""
        found = []
        for answer in self.element.findall("answer"):
            fraction = number(answer.get("fraction") or "0")
            if fraction is None:
                raise NotRepresentable("weights", _("The weight of an answer is no number."))
            said = self.text(answer.find("feedback"))
            found.append((self.text(answer), float(fraction), said))
        return found

    def choice(self) -> dict:
        given = self.answers()
        right = [fraction > 0 for _text, fraction, _said in given]
        is_single = self.flag("single", True)
        if is_single:
            right = [fraction >= 99.99 for _text, fraction, _said in given]
            if sum(right) > 1:
                self.report.warn(self.row, "any-of", _("There one of several right answers is enough; here all of them must be ticked for the full mark."))  # fmt: skip
            elif any(0 < fraction < 99.99 for _text, fraction, _said in given) or any(fraction < 0 for _text, fraction, _said in given):  # fmt: skip
                shown = ", ".join(f"{fraction:g} %" for _text, fraction, _said in given)
                self.report.warn(self.row, "weights", _("The answers weigh %(weights)s there. Here one answer is right, and the others score nothing.") % {"weights": shown})  # fmt: skip
        else:
            check_weights([f / 100 for _text, f, _said in given], right, self.report, self.row)
        listed = [(text, r, said) for (text, _f, said), r in zip(given, right, strict=True)]
        kind = "single" if is_single and sum(right) <= 1 else "multiple"
        return {"kind": kind, "options": options(listed)}

    def truth(self) -> dict:
        given = {text.strip().lower(): (fraction, said) for text, fraction, said in self.answers()}
        if set(given) != {"true", "false"}:
            raise NotRepresentable("right-answers", _("True or false has exactly two answers."))
        words = dict(zip(("true", "false"), true_false_words(), strict=True))
        listed = [(words[name], given[name][0] >= 99.99, given[name][1]) for name in words]
        return {"kind": "true_false", "options": options(listed)}

    def short(self) -> dict:
        accepted, feedback = [], []
        for text, fraction, said in self.answers():
            if fraction < 99.99:
                self.report.warn(self.row, "weights", _("“%(text)s” gives %(weight)g %% there. Here it is not accepted.") % {"text": text[:60], "weight": fraction})  # fmt: skip
                continue
            accepted.append(no_wildcard(text))
            feedback.append(said)
        if len({said for said in feedback if said}) > 1:
            self.report.warn(self.row, "feedback", _("Each accepted answer has feedback of its own there; here a gap has one, the first."))  # fmt: skip
        only = gap(accepted, next(filter(None, feedback), ""), case=self.flag("usecase", False))
        return {"kind": "fill_in", "gaps": [only]}

    def numeric(self) -> dict:
        full = []
        for answer in self.element.findall("answer"):
            text = self.text(answer)
            if number(answer.get("fraction") or "0") != 100:
                self.report.warn(self.row, "weights", _("“%(text)s” gives part of the mark, or a hint, there. Here it scores nothing.") % {"text": text[:60]})  # fmt: skip
                continue
            tolerance = (answer.findtext("tolerance") or "0").strip() or "0"
            full.append((text, tolerance, self.text(answer.find("feedback"))))
        if len(full) != 1:
            raise NotRepresentable("several-numbers", _("There is not exactly one number, or range, that gives the full mark."))  # fmt: skip
        value, tolerance, said = full[0]
        unit, others = self.units()
        given = {"value": value, "tolerance": tolerance, "unit": unit, "units": others, "feedback": said}  # fmt: skip
        return {"kind": "numeric", "number": given}

    def units(self) -> tuple[str, list[dict[str, str]]]:
        """Moodle multiplies the number in the main unit to get the other; here it is the other way round."""
        found = [
            (number(unit.findtext("multiplier") or ""), (unit.findtext("unit_name") or "").strip())
            for unit in self.element.iterfind("units/unit")
        ]
        if not found:
            return "", []
        if any(not multiplier or multiplier <= 0 or not name for multiplier, name in found):
            raise NotRepresentable("unit", _("A unit has no name, or no factor above 0."))
        main = next((name for multiplier, name in found if multiplier == 1), None)
        if main is None:
            raise NotRepresentable("unit", _("None of the units is the one of the answer."))
        if self.element.findtext("unitgradingtype") not in (None, "0"):
            self.report.warn(self.row, "unit", _("There a wrong unit takes off part of the mark; here it decides with the number."))  # fmt: skip
        others = []
        for multiplier, name in found:
            if name != main:
                factor = Decimal(1) / multiplier
                if factor * multiplier != 1:
                    self.report.warn(self.row, "unit", _("The factor of the unit “%(unit)s” was rounded.") % {"unit": name})  # fmt: skip
                others.append({"unit": name, "factor": plain_number(round(factor, 15))})
        return main, others

    def matching(self) -> dict:
        pairs, extra = [], []
        for sub in self.element.findall("subquestion"):
            left, right = self.text(sub), self.text(sub.find("answer"))
            (pairs if left else extra).append({"left": left, "right": right})
        return {"kind": "matching", "pairs": pairs, "extra": extra}

    def ordering(self) -> dict:
        how = (self.element.findtext("gradingtype") or "ABSOLUTE_POSITION").strip()
        if how not in ("ABSOLUTE_POSITION", "0"):
            self.report.warn(self.row, "scoring", _("There the order is marked by another rule (%(rule)s); here each item in its place counts.") % {"rule": how[:40]})  # fmt: skip
        if (self.element.findtext("selecttype") or "ALL").strip() not in ("ALL", "0"):
            self.report.warn(self.row, "scoring", _("There some of the items are drawn; here all of them are asked."))  # fmt: skip
        given = [(text, said) for text, _fraction, said in self.answers()]
        return {"kind": "ordering", "items": [{"text": t, "feedback": s} for t, s in given]}


def _refusal(kind: str) -> str:
    match kind:
        case "essay":
            return _("A free text (essay) cannot be marked by itself.")
        case "description":
            return _("This is a text without a question in it.")
        case "cloze" | "multianswer":
            return _("Embedded answers (cloze) mix several questions in one text. Split it into questions.")  # fmt: skip
        case "calculated" | "calculatedsimple" | "calculatedmulti":
            return _("The numbers of this question are calculated anew for everybody; here a question is fixed.")  # fmt: skip
        case "random" | "randomsamatch":
            return _("This draws from other questions; here a test draws by rules of its own.")
    return _("There is no kind of question here for Moodle's “%(kind)s”.") % {"kind": kind[:40]}


READERS = {
    "multichoice": _Reading.choice,
    "truefalse": _Reading.truth,
    "shortanswer": _Reading.short,
    "numerical": _Reading.numeric,
    "matching": _Reading.matching,
    "ordering": _Reading.ordering,
}
