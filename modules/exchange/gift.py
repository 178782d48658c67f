"""GIFT, Moodle's text format for questions, in both directions.

Source: docs.moodle.org, "GIFT format"; where it is silent, what Moodle's own importer does. No parser on PyPI is
maintained, and the grammar is small.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from modules.exchange.items import (
    KIND_LABELS,
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
from modules.exchange.shared import (
    bad_stem_gap,
    check_weights,
    says_true_false,
    take_tags,
    true_false_words,
    warn_lost_feedback,
    written_tags,
)
from modules.exchange.texts import decode, from_html

# While a question is taken apart, an escaped character is one of these; `decode` let none of them in.
ESCAPED = {character: chr(0xE000 + n) for n, character in enumerate("~=#{}:\\")}
RESTORED = {ord(private): character for character, private in ESCAPED.items()} | {0xE010: "\n"}
TITLE = re.compile(r"::(.*?)::", re.S)
FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,12})?)%")
COMMENT_FIELD = re.compile(r"\[(id|tag):((?:\\\]|[^\]])+)\]")
TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.S | re.I)
MARKDOWN = re.compile(r"(\*\*|__|`|^#{1,6} |^[*-] |\]\()", re.M)


@dataclass
class Block:
    """A question as it stands in the file."""

    text: str
    comments: list[str]
    category: str
    is_open: bool = False  # the closing brace is missing


@dataclass
class Answer:
    sign: str  # "=" or "~"
    weight: float | None  # per cent
    text: str
    feedback: str


def read(data: bytes) -> tuple[list[Item], list[Finding]]:
    """The questions of a GIFT file that our bank can hold, and what there is to say about all of them."""
    check_size(data)
    report = Report()
    row = 0
    for block in _blocks(decode(data, report)):
        row += 1
        if row > MAX_ITEMS:
            raise too_many()
        report.name(row, block.text.translate(RESTORED))
        try:
            report.add(_Reading(block, row, report).item())
        except NotRepresentable as reason:
            report.error(row, reason.code, reason.message)
    if not row:
        report.error(0, "nothing", _("There is no question in the file."))
    return report.result()


def _escape(text: str) -> str:
    text = re.sub(r"\\([~=#{}:\\])", lambda match: ESCAPED[match[1]], text)
    return text.replace("\\n", "\ue010")


def _blocks(text: str) -> Iterator[Block]:
    """Questions stand between empty lines; an answer that goes over several lines may have empty ones."""
    lines: list[str] = []
    comments: list[str] = []
    category, depth = "", 0

    def close(is_open: bool) -> Iterator[Block]:
        nonlocal lines, comments, depth
        if any(line.strip() for line in lines):
            yield Block("\n".join(lines).strip(), comments, category, is_open)
            comments = []
        lines, depth = [], 0

    for raw in text.split("\n"):
        line = _escape(raw.strip())
        starts = line.startswith(("::", "$CATEGORY"))
        if line.startswith("//"):
            comments.append(raw.strip())
            continue
        if not line or (starts and line.startswith("$")):
            if depth <= 0 or starts:
                yield from close(depth > 0)
        elif starts and depth > 0 and lines and not lines[-1]:
            yield from close(True)
        if line.startswith("$CATEGORY:"):
            category = raw.strip().removeprefix("$CATEGORY:").strip()
            continue
        lines.append(line)
        depth += line.count("{") - line.count("}")
    yield from close(depth > 0)


class _Reading:
    """One question on its way in."""

    def __init__(self, block: Block, row: int, report: Report) -> None:
        self.block, self.row, self.report = block, row, report
        self.format = ""

    def item(self) -> Item:
        text, title = self.block.text, ""
        if match := TITLE.match(text):
            title, text = match[1].translate(RESTORED), text[match.end() :]
        if match := FORMAT.match(text):
            self.format, text = match[1], text[match.end() :]
        if self.block.is_open or text.count("{") != text.count("}"):
            raise NotRepresentable("brace", _("A brace is opened and not closed, or the reverse."))
        before, brace, rest = text.partition("{")
        if not brace:
            raise NotRepresentable("description", _("This is a text without a question in it."))
        inside, _brace, after = rest.partition("}")
        if "{" in inside or "{" in after or "}" in after:
            raise NotRepresentable(
                "several-gaps", _("GIFT knows one place for the answer in a question.")
            )
        if after.strip():
            stem = bad_stem_gap(self.plain(before), self.plain(after))
        else:
            stem = self.plain(before)
        answers, _sign, general = inside.partition("####")
        content = {"stem": stem, "explanation": self.plain(general)}
        item = Item(content | self.answers(answers.strip()), title=title.strip(), row=self.row)
        self.take_comments(item)
        return item

    def take_comments(self, item: Item) -> None:
        found = COMMENT_FIELD.findall("\n".join(self.block.comments))
        values = [(name, value.replace("\\]", "]")) for name, value in found]
        item.key = next((value for name, value in values if name == "id"), "")
        take_tags(item, [value for name, value in values if name == "tag"])
        take_category(item, self.block.category)

    def plain(self, text: str) -> str:
        """Text without escapes and format; formatting that is lost is said."""
        kind = self.format
        if match := FORMAT.match(text):
            kind, text = match[1], text[match.end() :]
        text = text.translate(RESTORED).strip()
        if kind == "plain":
            return text
        if kind == "markdown":
            if MARKDOWN.search(text):
                self.report.warn(self.row, "formatting", _("Markdown stays as it was written."))
            return text
        return from_html(text, self.report, self.row, is_html=True if kind == "html" else None)

    def answers(self, text: str) -> dict:
        if not text:
            raise NotRepresentable("essay", _("A free text (essay) cannot be marked by itself."))
        if text.startswith("#"):
            return self.numeric(text[1:])
        if text.startswith(">"):
            raise NotRepresentable("ordering", _("Put in order is not part of GIFT; one system's dialect of it is not read."))  # fmt: skip
        if match := TRUTH.fullmatch(text):
            return self.truth(match)
        given = [self.answer(sign, part) for sign, part in _split(text)]
        if any(answer.sign == "~" for answer in given):
            return self.choice(given)
        if given and all("->" in answer.text for answer in given):
            return self.matching(given)
        if given and not any("->" in answer.text for answer in given):
            return self.short(given)
        raise NotRepresentable(
            "not-understood", _("The answers follow no form that GIFT describes.")
        )

    def answer(self, sign: str, text: str) -> Answer:
        weight = None
        if match := WEIGHT.match(text):
            weight, text = float(match[1]), text[match.end() :]
        text, _sign, feedback = text.partition("#")
        return Answer(sign, weight, text, feedback)

    def truth(self, match: re.Match) -> dict:
        is_true = match[1].upper().startswith("T")
        wrong, _sign, right = (match[2] or "").partition("#")
        said = {True: self.plain(right), False: self.plain(wrong)}
        true, false = true_false_words()
        given = [(true, is_true, said[is_true]), (false, not is_true, said[not is_true])]
        return {"kind": "true_false", "options": options(given)}

    def choice(self, given: list[Answer]) -> dict:
        weights = [self.weight(answer) for answer in given]
        signs = [answer.sign == "=" for answer in given]
        texts = [(self.plain(answer.text), self.plain(answer.feedback)) for answer in given]
        if any(signs):
            right = [sign or weight >= 100 for sign, weight in zip(signs, weights, strict=True)]
        else:
            right = [weight > 0 for weight in weights]
        # Only a choice of several has something to take off.
        takes_off = not any(signs) and any(weight < 0 for weight in weights)
        kind = "single" if sum(right) == 1 and not takes_off else "multiple"
        if not any(right):
            pass  # refused for having no key, whatever its weights
        elif kind == "single":
            if any(
                w != (100 if is_right else 0) for w, is_right in zip(weights, right, strict=True)
            ):
                self.weights_lost(weights)
        elif any(signs):
            self.report.warn(
                self.row,
                "any-of",
                _("There one of several right answers is enough; here all of them must be ticked for the full mark."),
            )  # fmt: skip
        else:
            check_weights([w / 100 for w in weights], right, self.report, self.row)
        listed = [
            (text, is_right, said) for (text, said), is_right in zip(texts, right, strict=True)
        ]
        return {"kind": kind, "options": options(listed)}

    def weights_lost(self, weights: list[float]) -> None:
        shown = ", ".join(f"{weight:g} %" for weight in weights)
        self.report.warn(
            self.row,
            "weights",
            _("The answers weigh %(weights)s there. Here one answer is right, and the others score nothing.")
            % {"weights": shown},
        )  # fmt: skip

    def weight(self, answer: Answer) -> float:
        if answer.weight is not None:
            return answer.weight
        return 100.0 if answer.sign == "=" else 0.0

    def matching(self, given: list[Answer]) -> dict:
        pairs, extra = [], []
        for answer in given:
            left, _arrow, right = answer.text.partition("->")
            sides = {"left": self.plain(left), "right": self.plain(right)}
            sides["feedback"] = self.plain(answer.feedback)
            (pairs if sides["left"] else extra).append(sides)
        return {"kind": "matching", "pairs": pairs, "extra": extra}

    def short(self, given: list[Answer]) -> dict:
        accepted, feedback = [], []
        for answer in given:
            text = self.plain(answer.text)
            if self.weight(answer) < 100:
                self.report.warn(
                    self.row,
                    "weights",
                    _("“%(text)s” gives %(weight)g %% there. Here it is not accepted.")
                    % {"text": text[:60], "weight": self.weight(answer)},
                )
                continue
            accepted.append(no_wildcard(text))
            feedback.append(self.plain(answer.feedback))
        if len({said for said in feedback if said}) > 1:
            self.report.warn(self.row, "feedback", _("Each accepted answer has feedback of its own there; here a gap has one, the first."))  # fmt: skip
        return {"kind": "fill_in", "gaps": [gap(accepted, next(filter(None, feedback), ""))]}

    def numeric(self, text: str) -> dict:
        full: list[tuple[str, str, str]] = []
        parts = _split(text) if text.strip().startswith(("=", "~")) else [("=", text)]
        for sign, part in parts:
            answer = self.answer(sign, part)
            if sign == "~" or self.weight(answer) < 100:
                self.report.warn(
                    self.row,
                    "weights",
                    _("“%(text)s” gives part of the mark, or a hint, there. Here it scores nothing.")
                    % {"text": answer.text.strip()[:60] or "*"},
                )  # fmt: skip
                continue
            value, tolerance = _expected(answer.text)
            full.append((value, tolerance, self.plain(answer.feedback)))
        if len(full) != 1:
            raise NotRepresentable("several-numbers", _("There is not exactly one number, or range, that gives the full mark."))  # fmt: skip
        value, tolerance, feedback = full[0]
        return {
            "kind": "numeric",
            "number": {"value": value, "tolerance": tolerance, "feedback": feedback},
        }


def _split(text: str) -> list[tuple[str, str]]:
    """Answers as (sign, text). Raises NotRepresentable for text before the first sign."""
    pieces = re.split(r"([=~])", text)
    if pieces[0].strip():
        raise NotRepresentable(
            "not-understood", _("The answers follow no form that GIFT describes.")
        )
    pairs = list(zip(pieces[1::2], pieces[2::2], strict=True))
    # "~=answer" is one answer that is right.
    return [
        ("=" if n and pairs[n - 1] == ("~", "") and sign == "=" else sign, part)
        for n, (sign, part) in enumerate(pairs)
        if (sign, part) != ("~", "") or n + 1 == len(pairs) or pairs[n + 1][0] != "="
    ]


def _expected(text: str) -> tuple[str, str]:
    """3:2 and 1..5 as value and tolerance, the former as it is written."""
    text = text.translate(RESTORED).strip()
    if ".." in text:
        low, high = (number(side) for side in text.split("..", 1))
        if low is not None and high is not None and low <= high:
            return plain_number((low + high) / 2), plain_number((high - low) / 2)
    else:
        value, _colon, tolerance = text.partition(":")
        middle, around = number(value), number(tolerance or "0")
        if middle is not None and around is not None and around >= 0:
            return value.strip(), tolerance.strip() or "0"
    raise NotRepresentable("not-a-number", _("“%(text)s” is no number.") % {"text": text[:60]})


def gap(accepted: list[str], feedback: str = "", *, case: bool = False) -> dict:
    """A gap as Moodle marks one: accents matter, capitals only if said."""
    return {
        "before": "", "after": "", "accepted": list(dict.fromkeys(accepted)), "case": case, "accents": True,
        "feedback": feedback,
    }  # fmt: skip


def no_wildcard(text: str) -> str:
    """An accepted answer of Moodle's without the mask of its asterisks. Raises NotRepresentable for wildcards."""
    if re.search(r"(?<!\\)\*", text):
        raise NotRepresentable(
            "wildcard",
            _("“%(text)s” stands for many answers (*). List the accepted answers instead.") % {"text": text[:60]},
        )  # fmt: skip
    return text.replace("\\*", "*")


def take_category(item: Item, category: str) -> None:
    """The innermost part of "$course$/top/Squares/Light" becomes a tag."""
    parts = [
        part.strip()
        for part in re.split(r"(?<!/)/(?!/)", category)
        if part.strip() and part.strip() not in ("top", "$course$", "$module$", "$system$", "$cat1$", "$cat2$")
    ]  # fmt: skip
    if parts:
        item.tags = (*item.tags, parts[-1].replace("//", "/"))


# Out


def write(items: Iterable[Item]) -> tuple[bytes, list[Finding]]:
    """A GIFT file of what the format can hold, and what is left out of it or simplified."""
    report = Report()
    blocks = []
    for item in items:
        report.name(item.row, item.stem)
        try:
            blocks.append(_written(item, report))
        except NotRepresentable as reason:
            report.error(item.row, reason.code, reason.message)
    text = "\n\n".join(blocks)
    return (text + "\n" if text else "").encode(), report.result()[1]


def _masked(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _weighed(sign: str, text: str, weight: str = "") -> str:
    """An answer; text that begins like a weight or a format gets one in front, so that it stays text."""
    if not weight and WEIGHT.match(text):
        weight = "%100%" if sign == "=" else "%0%"
    return f"{sign}{weight}{_side(text)}"


def _side(text: str) -> str:
    """Text of an answer. An arrow, which readers take for that of a pair, has no mask but HTML's."""
    if "->" in text:
        return f"[html]{_masked(html.escape(text, quote=False))}"
    return f"{'[plain]' if FORMAT.match(text) else ''}{_masked(text)}"


def _said(feedback: str) -> str:
    return f"#{'[plain]' if FORMAT.match(feedback) else ''}{_masked(feedback)}" if feedback else ""


def _written(item: Item, report: Report) -> str:
    answers = WRITERS[item.kind](item, report)
    lines = _comment(item, report)
    title = f"::{_masked(item.title)}::" if item.title else ""
    stem = item.stem
    if item.kind == "fill_in":
        stem = _with_gap(item, report)
    general = item.content["explanation"]
    said = f"\n\t####{'[plain]' if FORMAT.match(general) else ''}{_masked(general)}" if general else ""  # fmt: skip
    return "\n".join([*lines, f"{title}[plain]{_masked(stem)} {{{answers}{said}\n}}"])


def _comment(item: Item, report: Report) -> list[str]:
    """Key and tags as Moodle writes them, in a comment. A backslash in them has no mask of its own there."""
    fields = [("id", item.key)] if item.key else []
    fields += [("tag", tag) for tag in written_tags(item)]
    lost = [text for _name, text in fields if "\\" in text]
    if lost:
        report.warn(item.row, "tags", _("A backslash cannot stand in a tag or key; left out: %(tags)s.") % {"tags": ", ".join(lost)[:200]})  # fmt: skip
    kept = [f"[{name}:{text.replace(']', chr(92) + ']')}]" for name, text in fields if text not in lost]  # fmt: skip
    return [f"// {' '.join(kept)}"] if kept else []


def _with_gap(item: Item, report: Report) -> str:
    gap = item.content["gaps"][0]
    if not gap["before"] and not gap["after"]:
        return item.stem
    report.warn(item.row, "gap-text", _("The text around the gap was put into the question."))
    return f"{item.stem}\n{bad_stem_gap(gap['before'], gap['after'])}"


def _lines(answers: Iterable[str]) -> str:
    return "".join(f"\n\t{answer}" for answer in answers)


def _write_single(item: Item, report: Report) -> str:
    return _lines(
        _weighed("=" if option["correct"] else "~", option["text"]) + _said(option["feedback"])
        for option in item.content["options"]
    )


def _write_multiple(item: Item, report: Report) -> str:
    right = sum(option["correct"] for option in item.content["options"])
    share = f"{Decimal(100) / right:.5f}".rstrip("0").rstrip(".")
    if right > 10:
        report.warn(item.row, "weights", _("Moodle has no weight for more than ten right answers; it may refuse this one."))  # fmt: skip
    return _lines(
        _weighed("~", option["text"], f"%{share}%" if option["correct"] else f"%-{share}%")
        + _said(option["feedback"])
        for option in item.content["options"]
    )


def _write_truth(item: Item, report: Report) -> str:
    first, second = item.content["options"]
    if says_true_false(second["text"], first["text"]):
        first, second = second, first
    elif not says_true_false(first["text"], second["text"]):
        report.warn(
            item.row,
            "kind",
            _("True and false have words of their own here; written as a choice of one."),
        )
        return _write_single(item, report)
    right, wrong = (first, second) if first["correct"] else (second, first)
    feedback = ""
    if right["feedback"] or wrong["feedback"]:
        feedback = (_said(wrong["feedback"]) or "#") + _said(right["feedback"])
    return f"{'TRUE' if first['correct'] else 'FALSE'}{feedback}"


def _write_matching(item: Item, report: Report) -> str:
    pairs, extra = item.content["pairs"], item.content["extra"]
    warn_lost_feedback(item, report, "pairs")
    warn_lost_feedback(item, report, "extra")
    sides = [(pair["left"], pair["right"]) for pair in pairs] + [("", part["right"]) for part in extra]  # fmt: skip
    return _lines(f"{_weighed('=', left)} -> {_side(right)}" for left, right in sides)


def _write_fill_in(item: Item, report: Report) -> str:
    gaps = item.content["gaps"]
    if len(gaps) > 1:
        raise NotRepresentable("several-gaps", _("GIFT knows one gap in a question; this one has %(count)d.") % {"count": len(gaps)})  # fmt: skip
    only = gaps[0]
    if any("->" in form for form in only["accepted"]):
        raise NotRepresentable("arrow", _("An accepted answer contains “->”, which GIFT reads as its own sign."))  # fmt: skip
    if only["case"]:
        report.warn(item.row, "case", _("Capitals matter here; in GIFT they do not."))
    if not only["accents"]:
        report.warn(item.row, "accents", _("Accents do not matter here; in GIFT they do."))
    forms = [form.replace("*", "\\*") for form in only["accepted"]]
    answers = [_weighed("=", form) for form in forms]
    return _lines([answers[0] + _said(only["feedback"]), *answers[1:]])


def _write_numeric(item: Item, report: Report) -> str:
    given = item.content["number"]
    if given["unit"] or given["units"]:
        report.warn(item.row, "unit", _("The unit is left out; GIFT has only the number."))
    around = f":{given['tolerance']}" if given["tolerance"] != "0" else ""
    if not given["feedback"]:
        return f"#{given['value']}{around}"
    return f"#\n\t={given['value']}{around}{_said(given['feedback'])}"  # not every reader has it shorter


def _not_in_gift(item: Item, report: Report) -> str:
    raise NotRepresentable(
        "kind",
        _("GIFT has no question of the kind “%(kind)s”.") % {"kind": KIND_LABELS[item.kind]},
    )


WRITERS = {
    "single": _write_single,
    "multiple": _write_multiple,
    "true_false": _write_truth,
    "matching": _write_matching,
    "fill_in": _write_fill_in,
    "numeric": _write_numeric,
    "ordering": _not_in_gift,
    "hotspot": _not_in_gift,
}
