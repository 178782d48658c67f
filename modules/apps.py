from django.apps import AppConfig


class ModulesConfig(AppConfig):
    name = "modules"
    label = "stoa_modules"
    verbose_name = "Modules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from modules import backlinks, coverage, receivers, searching, web  # noqa: F401
        from modules.studio import receivers as studio_receivers  # noqa: F401
