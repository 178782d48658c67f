"""Fills in a question as a page shows it: what a browser would post."""

from typing import Any

from django.http import QueryDict

from modules.kinds.base import Arranged, Shown


def fill_in(question: Shown, arranged: Arranged, answer: Any, content: dict[str, Any]) -> QueryDict:
    """The form of a question, filled in with an answer by the ids of its parts."""
    post = QueryDict(mutable=True)
    place = {key: str(n) for n, key in enumerate(arranged.order)}
    match question.kind:
        case "single" | "true_false":
            post[question.name] = place[answer]
        case "multiple" | "hotspot":
            post.setlist(question.name, sorted((place[key] for key in answer), key=int))
        case "ordering":
            for rank, key in enumerate(answer, start=1):
                post[f"{question.name}-{place[key]}"] = str(rank)
        case "matching":
            words = {part["id"]: part["right"] for part in content["pairs"] + content["extra"]}
            value = {choice["text"]: choice["value"] for choice in question.choices}
            for row, key in zip(question.rows, arranged.left, strict=True):
                post[row["name"]] = value[words[answer[key]]]
        case "fill_in":
            for row, key in zip(question.rows, arranged.order, strict=True):
                post[row["name"]] = answer[key]
        case "numeric":
            post[question.name] = answer["value"]
            post[f"{question.name}-language"] = question.extra["language"]
            if question.choices:
                post[f"{question.name}-unit"] = place[answer["unit"]]
        case other:
            raise NotImplementedError(other)
    return post
