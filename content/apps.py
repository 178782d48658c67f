from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    label = "stoa_content"
    verbose_name = "Knowledge"
    default_auto_field = "django.db.models.BigAutoField"
