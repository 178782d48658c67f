"""Facts run up, knowledge runs down: what import-linter cannot see."""

from django.apps import apps

ORDER = ["stoa_content", "stoa_modules", "stoa_courses", "stoa_certification", "stoa_cms"]


def rank(label: str) -> int:
    return next((place for place, prefix in enumerate(ORDER) if label.startswith(prefix)), -1)


def test_foreign_keys_point_down():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if rank(model._meta.app_label) >= 0
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        and rank(field.related_model._meta.app_label) > rank(model._meta.app_label)
        and field.related_model._meta.label != "stoa_cms.User"  # the user is settings.AUTH_USER_MODEL, whoever's it is
    ]  # fmt: skip
    assert upward == []


def test_every_model_says_which_personal_data_it_holds():
    silent = [
        model._meta.label
        for model in apps.get_models()
        if rank(model._meta.app_label) >= 0
        and not model._meta.auto_created
        and "PII" not in (model.__doc__ or "")
    ]
    assert silent == []
