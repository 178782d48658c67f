"""Links with a kind and a reason, in the form of the record they go out from: one block each, with a chooser."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import Block, BlockField, CharBlock, ChoiceBlock, StreamBlock, StructBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from content import links, things
from content.links import Said
from content.models import Action, Area, Fact, Guidance, LinkKind, Recommendation, Source
from content.models.base import Keyed


@dataclass(frozen=True)
class Chooser:
    """How an editor picks a thing of a kind. `key_of` what the block gives; `raw_of` what the block is given, or None."""

    kind: str
    block: Callable[[], Block]
    key_of: Callable[[Any], str]
    raw_of: Callable[[str], Any]


_choosers: dict[str, Chooser] = {}


def provide(chooser: Chooser) -> Chooser:
    _choosers[chooser.kind] = chooser
    return chooser


def _records(model: type[Keyed]) -> Chooser:
    def raw_of(key: str) -> int | None:
        return model.originals.filter(key=key).values_list("pk", flat=True).first()

    return Chooser(
        model.kind, lambda: SnippetChooserBlock(model), lambda record: record.key, raw_of
    )


def listed(kind: str, choices: Callable[[], list[tuple[str, str]]]) -> Chooser:
    """A chooser for things that are few and no snippets: a select of (key, words)."""
    return Chooser(kind, lambda: ChoiceBlock(choices=choices), str, str)


for model in (Recommendation, Guidance, Fact, Source):
    provide(_records(model))
provide(listed("actions", lambda: [(one.key, str(one)) for one in Action.originals.all()]))
provide(listed("areas", lambda: [(one.key, f"{one.key} {one}") for one in Area.originals.all()]))


def _link_block(chooser: Chooser, label) -> StructBlock:
    return StructBlock(
        [
            ("kind", ChoiceBlock(choices=LinkKind.choices, label=gettext_lazy("This record"))),
            ("to", chooser.block()),
            ("reason", CharBlock(max_length=250, label=gettext_lazy("Reason"), help_text=gettext_lazy("One line. Everyone reads it."))),
        ],
        label=label,
        icon="link",
    )  # fmt: skip


@cache
def links_block() -> StreamBlock:
    children = [
        (kind.name, _link_block(_choosers[kind.name], kind.one))
        for kind in things.kinds()
        if kind.name in _choosers
    ]
    return StreamBlock(children, required=False)


class LinksForm:
    """Mixed into the form of a record that has a field `links`."""

    def set_up_links(self) -> None:
        if "links" not in self.fields:
            return
        if self.is_bound and self.add_prefix("links-count") not in self.data:
            del self.fields[
                "links"
            ]  # sent by something that does not know of links: they stay as they are
            return
        block = links_block()
        self.fields["links"] = BlockField(
            block=block,
            required=False,
            label=gettext_lazy("Links with a reason"),
            help_text=gettext_lazy(
                "For what the fields above do not say. Both ends show the link with its reason."
            ),
        )
        self.initial["links"] = block.to_python(self._raw())

    def _raw(self) -> list[dict[str, Any]]:
        if not self.instance.pk:
            return []
        found = []
        for one in links.said_by((self.instance.kind, self.instance.key)):
            chooser = _choosers.get(one.to[0])
            raw = chooser.raw_of(one.to[1]) if chooser else None
            if raw is not None:
                found.append(
                    {
                        "type": one.to[0],
                        "value": {"kind": one.kind, "to": raw, "reason": one.reason},
                    }
                )
        return found

    def said(self) -> list[Said]:
        """The links as they were written."""
        return [
            Said(
                child.value["kind"],
                (child.block_type, _choosers[child.block_type].key_of(child.value["to"])),
                child.value["reason"],
            )
            for child in self.cleaned_data["links"]
        ]

    def check_links(self) -> None:
        if "links" not in self.fields or "links" in self.errors:
            return
        for one in self.said():
            if one.to == (self.instance.kind, self.cleaned_data.get("key") or self.instance.key):
                self.add_error("links", ValidationError(_("A record is not linked to itself.")))
            elif one.kind == LinkKind.RESTS_ON and one.to[0] in self.fields:
                words = {"name": self.fields[one.to[0]].label}
                self.add_error(
                    "links",
                    ValidationError(
                        _("That it rests on this is said under “%(name)s”."), params=words
                    ),
                )

    def save_links(self) -> None:
        """After the record itself is saved. A link that is there already and cannot be chosen here stays."""
        if "links" not in self.fields:
            return
        ref = (self.instance.kind, self.instance.key)
        unknown = [one for one in links.said_by(ref) if one.to[0] not in _choosers]
        links.replace(ref=ref, said=[*self.said(), *unknown])
