from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    label = "stoa_cms"
    verbose_name = "Stoa site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import celery, receivers  # noqa: F401 - tasks of every app bind to the one Celery app
