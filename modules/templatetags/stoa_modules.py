"""Tags for the pages of modules and lessons."""

import math

from django import template
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from modules import conf, presenting
from modules.kinds.base import Shown
from modules.pages_lookup import urls_of

register = template.Library()


@register.simple_tag(takes_context=True)
def lesson_block(context, child) -> SafeString:
    """A block of a lesson's body, with the `activity` behind it if it has one."""
    shown = context.get("shown") or {}
    return child.render(
        context.flatten() | {"block_id": child.id, "activity": shown.get(str(child.id))}
    )


@register.simple_tag(takes_context=True)
def lesson_part(context, part) -> SafeString:
    """A part of a lesson's body (modules.frames.Part): text that is finished, or an activity for this learner."""
    if not part.kind:
        return mark_safe(part.html)  # noqa: S308 - rendered from templates
    activity = (context.get("shown") or {}).get(part.block_id)
    names = context.flatten() | {
        "self": part.value,
        "block_id": part.block_id,
        "activity": activity,
    }
    return mark_safe(render_to_string(f"stoa_modules/blocks/{part.kind}.html", names))  # noqa: S308


@register.simple_tag
def sample_questions(value) -> list[Shown]:
    """Questions of a quiz block that has no activity yet: in previews."""
    return presenting.sample_questions(value)


@register.simple_tag(takes_context=True)
def sign_in_url(context) -> str:
    """The sign-in page, which leads back to this one."""
    request = context.get("request")
    return f"{conf.login_url()}?{urlencode({'next': request.get_full_path() if request else '/'})}"


@register.simple_tag
def first_things(shut) -> list[tuple]:
    """What must be completed before a module opens: (Missing, address of its page). One query if it names modules."""
    keys = [missing.key for missing in shut.missing if missing.key]
    urls = urls_of(keys) if keys else {}
    return [(missing, urls.get(missing.key, "")) for missing in shut.missing]


@register.filter
def minutes(seconds: int) -> str:
    """A short time in words: 40 seconds, 3 minutes."""
    if seconds < 90:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    number = math.ceil(seconds / 60)
    return ngettext("%(n)s minute", "%(n)s minutes", number) % {"n": number}


@register.filter
def right_count(attempt) -> int:
    """How many questions of an attempt were fully right."""
    return sum(mark["correct"] for mark in attempt.result)
