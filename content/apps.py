from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"
    label = "stoa_content"
    verbose_name = "Knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from content import receivers  # noqa: F401
        from content.search.shelves import provide_shelves

        provide_shelves()
