"""Answers questions on a page as somebody who has read everything: by their words, with clicks."""

from playwright.sync_api import Locator, Page

from content import curriculum

KNOWN = {
    " ".join(question.stem.split()): question for question in curriculum.read().questions.values()
}


def answer(within: Locator | Page, *, right: bool = True) -> int:
    """Answer every question in a form or on a page; says how many there were."""
    groups = within.locator("fieldset.question:has(legend)").all()
    for group in groups:
        answer_one(group, KNOWN[stem(group)], right)
    return len(groups)


def stem(group: Locator) -> str:
    """The words of a question without "Question 1 of 3"."""
    own = "legend => [...legend.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join(' ')"
    return " ".join(group.locator("legend").evaluate(own).split())


def answer_one(group: Locator, question: "curriculum.Question", right: bool) -> None:
    match question.kind:
        case "ordering":
            places = range(1, len(question.items) + 1)
            for item, place in zip(
                question.items, places if right else reversed(places), strict=True
            ):
                row = group.get_by_role("listitem").filter(has_text=" ".join(item.text.split()))
                row.get_by_role("combobox").select_option(str(place))
        case "matching":
            for pair, partner in zip(
                question.pairs, question.pairs if right else question.pairs[::-1], strict=True
            ):
                row = group.get_by_role("listitem").filter(
                    has=group.page.locator("label > span", has_text=" ".join(pair.left.split()))
                )
                row.get_by_role("combobox").select_option(label=" ".join(partner.right.split()))
        case "fill_in":
            for gap, field in zip(question.gaps, group.get_by_role("textbox").all(), strict=True):
                field.fill(gap.accepted[0] if right else "something else")
        case "numeric":
            group.get_by_role("textbox").fill(question.number.value if right else "-1000000")
        case "hotspot":
            for spot in question.spots:
                if spot.correct is right:
                    group.get_by_role("checkbox", name=" ".join(spot.label.split())).check()
        case _:
            for option in question.options:
                if option.correct is right:
                    group.get_by_label(" ".join(option.text.split()), exact=True).check()
                    if question.kind != "multiple":
                        break
