from django.apps import AppConfig


class ModulePagesConfig(AppConfig):
    name = "modules.pages"
    label = "stoa_modules_pages"
    verbose_name = "Module pages"
    default_auto_field = "django.db.models.BigAutoField"
