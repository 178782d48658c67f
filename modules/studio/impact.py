"""Whom a publication touches, in one line. Apps above add what they know; this app knows no course."""

from collections.abc import Callable

from django.utils.translation import ngettext

from modules.models import Completion, Lesson, Module

Teller = Callable[[Module], list[str]]
_tellers: list[Teller] = []


def teller(function: Teller) -> Teller:
    """Register `function(module)`, which returns sentences about people in the middle of it."""
    if function not in _tellers:
        _tellers.append(function)
    return function


def sentences(page) -> list[str]:
    """Sentences for a page of a module or a lesson; none for one that is new. Counts only, no names."""
    lesson = Lesson.objects.select_related("module").filter(uuid=page.translation_key).first()
    module = lesson.module if lesson else Module.objects.filter(uuid=page.translation_key).first()
    if module is None:
        return []
    found = [sentence for function in _tellers for sentence in function(module)]
    if lesson:
        done = Completion.objects.filter(activity__uuid=lesson.uuid).count()
        found.append(
            ngettext("%(n)s has completed this lesson.", "%(n)s have completed this lesson.", done)
            % {"n": done}
        )
        if done:
            found.append(
                ngettext(
                    "A material change asks this person to read it again and takes nothing away.",
                    "A material change asks these people to read it again and takes nothing away.",
                    done,
                )
            )
    return found
