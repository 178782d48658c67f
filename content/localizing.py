"""What wagtail-localize keeps about translations that came from files, so that editors go on with them in its editor.

One row a piece, written in bulk: its own way of saving them one by one takes minutes for a curriculum.
Only where wagtail-localize is installed.
"""

import datetime as dt
import json
import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from modelcluster.models import ClusterableModel, get_serializable_data_for_fields
from wagtail.models import Locale, TranslatableMixin

from content.models.words import WordsField

log = logging.getLogger(__name__)

TOOL = "curriculum files"
CHUNK = 400
Pair = tuple[TranslatableMixin, TranslatableMixin]


def keep(pairs: Iterable[Pair], locale: Locale, *, at: dt.datetime) -> list[str]:
    """Sources, segments and translated strings of (original, translation) pairs. Returns what an editor has said otherwise.

    A string that somebody translated in the editor is left as it is.
    """
    pairs = list(pairs)
    if not pairs or not apps.is_installed("wagtail_localize"):
        return []
    sources = _sources([original for original, _said in pairs], at)
    segments = {original.translation_key: _segments(original) for original, _said in pairs}
    contexts = _contexts({original.translation_key: original for original, _ in pairs}, segments)
    strings = _strings(sources, segments)
    _write_segments(sources, segments, contexts, strings)
    _write_translations(sources, locale, at)
    return _say(pairs, locale, segments, contexts, strings)


def follow(original: TranslatableMixin) -> None:
    """Show translators of an original what it says now, so that what is not translated any more is open to them again.

    One query where it has no translations. A page that wagtail-localize cannot read is published all the same.
    """
    if not apps.is_installed("wagtail_localize"):
        return
    from wagtail_localize.models import TranslationSource

    known = TranslationSource.objects.filter(
        object_id=original.translation_key, locale_id=original.locale_id
    )
    for source in known:
        try:
            with transaction.atomic():
                source.update_from_db()
        except Exception:
            log.exception("Translators of %s do not see what it says now.", original)


def _segments(instance: TranslatableMixin) -> list[Any]:
    from wagtail_localize.segments.extract import extract_segments

    return extract_segments(instance)


def _content(instance: Model) -> str:
    if isinstance(instance, ClusterableModel):
        return instance.to_json()
    return json.dumps(get_serializable_data_for_fields(instance), cls=DjangoJSONEncoder)


def _sources(originals: list, at: dt.datetime) -> dict[uuid.UUID, Any]:
    """The frozen source of each original, by translation key; new or brought up to date."""
    from wagtail_localize.models import TranslatableObject, TranslationSource, get_schema_version

    keys = [original.translation_key for original in originals]
    TranslatableObject.objects.bulk_create(
        [
            TranslatableObject(
                translation_key=one.translation_key,
                content_type=ContentType.objects.get_for_model(one.get_translation_model()),
            )
            for one in originals
        ],
        ignore_conflicts=True,
    )
    known = _found(TranslationSource.objects.all(), "object_id", keys)
    known = {source.object_id: source for source in known}
    schema: dict[str, str] = {}
    fresh = []
    for one in originals:
        label = one._meta.app_label
        if label not in schema:
            schema[label] = get_schema_version(label)
        source = known.get(one.translation_key)
        if source is None:
            fresh.append(
                TranslationSource(
                    object_id=one.translation_key, locale_id=one.locale_id, object_repr=str(one)[:200],
                    specific_content_type=ContentType.objects.get_for_model(type(one)),
                    content_json=_content(one), schema_version=schema[label], last_updated_at=at,
                )
            )  # fmt: skip
        elif json.loads(source.content_json) != json.loads(_content(one)):
            source.update_from_db()
    TranslationSource.objects.bulk_create(fresh)
    found = _found(TranslationSource.objects.all(), "object_id", keys)
    return {source.object_id: source for source in found}


def _contexts(originals: dict, segments: dict) -> dict[tuple[uuid.UUID, str], int]:
    from wagtail_localize.models import TranslationContext

    wanted = {(key, one.path) for key, ones in segments.items() for one in ones}
    known = {
        (context.object_id, context.path): context.pk
        for context in _found(TranslationContext.objects.all(), "object_id", list(segments))
    }
    fresh = []
    for key, path in sorted(wanted - known.keys(), key=str):
        context = TranslationContext(
            object_id=key, path=path, path_id=TranslationContext._get_path_id(path)
        )
        context.save = lambda **_: None  # it is written below, with the others
        context.get_field_path(originals[key])
        del context.save
        fresh.append(context)
    for context in TranslationContext.objects.bulk_create(fresh, batch_size=CHUNK):
        known[context.object_id, context.path] = context.pk
    return known


def _strings(sources: dict, segments: dict) -> dict[str, int]:
    """Source strings by their text."""
    from wagtail_localize.models import String

    locale = next(iter(sources.values())).locale_id
    texts = {one.string.data for ones in segments.values() for one in ones if _is_string(one)}
    hashes = {String._get_data_hash(text): text for text in texts}
    String.objects.bulk_create(
        [String(locale_id=locale, data_hash=key, data=text) for key, text in hashes.items()],
        ignore_conflicts=True,
        batch_size=CHUNK,
    )
    found = _found(String.objects.filter(locale=locale), "data_hash", list(hashes))
    return {string.data: string.pk for string in found}


def _write_segments(sources: dict, segments: dict, contexts: dict, strings: dict) -> None:
    """Segments of the sources that have none yet."""
    from wagtail_localize.models import OverridableSegment, StringSegment, Template, TemplateSegment
    from wagtail_localize.segments import OverridableSegmentValue, TemplateSegmentValue

    ids = [source.pk for source in sources.values()]
    have = {
        row.source_id for row in _found(StringSegment.objects.only("source_id"), "source_id", ids)
    }
    templates: dict[str, int] = {}
    rows: dict[type[Model], list[Model]] = defaultdict(list)
    for key, ones in segments.items():
        source = sources[key]
        if source.pk in have:
            continue
        for one in ones:
            place = {
                "source_id": source.pk,
                "context_id": contexts[key, one.path],
                "order": one.order,
            }
            if _is_string(one):
                attrs = json.dumps(one.attrs, cls=DjangoJSONEncoder)
                rows[StringSegment].append(
                    StringSegment(string_id=strings[one.string.data], attrs=attrs, **place)
                )
            elif isinstance(one, TemplateSegmentValue):
                if one.template not in templates:
                    templates[one.template] = Template.from_value(one).pk
                rows[TemplateSegment].append(
                    TemplateSegment(template_id=templates[one.template], **place)
                )
            elif isinstance(one, OverridableSegmentValue):
                data = json.dumps(one.data, cls=DjangoJSONEncoder)
                rows[OverridableSegment].append(OverridableSegment(data_json=data, **place))
    for model, fresh in rows.items():
        model._default_manager.bulk_create(fresh, batch_size=CHUNK)


def _write_translations(sources: dict, locale: Locale, at: dt.datetime) -> None:
    from wagtail_localize.models import Translation

    Translation.objects.bulk_create(
        [
            Translation(
                source=source, target_locale=locale, translations_last_updated_at=at,
                destination_last_updated_at=at,
            )
            for source in sources.values()
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _say(
    pairs: list[Pair], locale: Locale, segments: dict, contexts: dict, strings: dict
) -> list[str]:
    """The translated strings, each beside the source string that stands at its place."""
    from wagtail_localize.models import StringTranslation

    wanted: dict[tuple[int, int], str] = {}
    told = {}
    for original, said in pairs:
        key = original.translation_key
        for own, other in _beside(segments[key], _segments(said), _lists(original)):
            place = (strings[own.string.data], contexts[key, own.path])
            wanted[place] = other.string.data
            told[place] = f"{original}, {own.path}"
    known = {
        (row.translation_of_id, row.context_id): row
        for row in _found(
            StringTranslation.objects.filter(locale=locale), "context_id", [c for _s, c in wanted]
        )
    }
    kept, fresh, changed = [], [], []
    for place, words in wanted.items():
        row = known.get(place)
        if row is None:
            fresh.append(
                StringTranslation(
                    translation_of_id=place[0], context_id=place[1], locale=locale, data=words,
                    translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL, tool_name=TOOL,
                )
            )  # fmt: skip
        elif row.data != words and row.tool_name == TOOL and row.last_translated_by_id is None:
            row.data = words
            changed.append(row)
        elif row.data != words:
            kept.append(
                f"{told[place]}: translated by an editor in {locale.language_code}; it stays."
            )
    StringTranslation.objects.bulk_create(fresh, batch_size=CHUNK)
    StringTranslation.objects.bulk_update(changed, ["data"], batch_size=CHUNK)
    return kept


def _lists(instance: TranslatableMixin) -> set[str]:
    """Fields whose texts are known by their own words, so that a translation is paired by its order."""
    return {field.name for field in instance._meta.concrete_fields if isinstance(field, WordsField)}


def _beside(own: list[Any], said: list[Any], lists: set[str]) -> Iterable[tuple[Any, Any]]:
    """String segments at the same path, in their order there."""

    def path_of(one: Any) -> str:
        field = one.path.partition(".")[0]
        return field if field in lists else one.path

    by_path: dict[str, list[Any]] = defaultdict(list)
    for one in said:
        if _is_string(one):
            by_path[path_of(one)].append(one)
    mine: dict[str, list[Any]] = defaultdict(list)
    for one in own:
        if _is_string(one):
            mine[path_of(one)].append(one)
    for path, ones in mine.items():
        if len(ones) == len(by_path[path]):
            yield from zip(ones, by_path[path], strict=True)


def _is_string(segment: Any) -> bool:
    from wagtail_localize.segments import StringSegmentValue

    return isinstance(segment, StringSegmentValue)


def _found(rows, name: str, values: list) -> Iterable[Any]:
    """Rows with one of many values, asked in parts: SQLite takes only so many at once."""
    values = list(dict.fromkeys(values))
    for start in range(0, len(values), CHUNK):
        yield from rows.filter(**{f"{name}__in": values[start : start + CHUNK]})
