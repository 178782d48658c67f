"""What stands in the tables so far is in the language of the site."""

import uuid

from django.conf import settings
from django.db import migrations
from wagtail.coreutils import get_supported_content_language_variant

WORDED = [
    "Action", "Area", "Case", "Checklist", "Fact", "Guidance", "Level", "Profile", "Recommendation", "Source", "Term", "Topic",
]  # fmt: skip


def fill(apps, schema_editor):
    code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    locale = None
    for name in WORDED:
        model = apps.get_model("stoa_content", name)
        rows = list(model.objects.filter(locale=None).only("pk"))
        if rows and locale is None:
            locale, _made = apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code=code)
        for row in rows:
            row.locale, row.translation_key = locale, uuid.uuid4()
        model.objects.bulk_update(rows, ["locale", "translation_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("stoa_content", "0002_words_in_languages")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
