"""A form field that takes records of the knowledge base by their keys, as authors write them in text."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class KeyListField(forms.CharField):
    """`F8.01, F8.02` in, a list of records out; an unknown key is named beside the field."""

    def __init__(self, model, **kwargs):
        self.model = model
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value):
        if value is None or isinstance(value, str):
            return value
        records = list(value)
        if records and not hasattr(records[0], "key"):
            records = list(self.model.objects.filter(pk__in=records))
        return ", ".join(sorted(record.key for record in records))

    def clean(self, value):
        keys = list(
            dict.fromkeys(
                key
                for key in re.split(r"[\s,;]+", (value or "").replace("[[", "").replace("]]", ""))
                if key
            )
        )
        found = {record.key: record for record in self.model.objects.filter(key__in=keys)}
        unknown = [key for key in keys if key not in found]
        if unknown:
            raise ValidationError(
                _("There is no record with the key %(keys)s.") % {"keys": ", ".join(unknown)}
            )
        return [found[key] for key in keys]

    def has_changed(self, initial, data):
        return (self.prepare_value(initial) or "") != (data or "")
