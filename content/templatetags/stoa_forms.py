"""Form fields that wear the site's classes without each form having to say so."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()
CLASSES = {"select": "form-select", "selectmultiple": "form-select", "checkbox": ""}


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The field alone, with its class; Django adds `aria-invalid` and `aria-describedby`."""
    field.field.widget.attrs.pop("placeholder", None)  # the label above says it already, and stays
    classes = [
        field.field.widget.attrs.get("class", ""),
        CLASSES.get(field.widget_type, "form-control"),
    ]
    classes.append("is-invalid" if field.errors else "")
    joined = " ".join(name for name in classes if name)
    return field.as_widget(attrs={"class": joined} if joined else {})
