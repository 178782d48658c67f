from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"
    label = "stoa_certification"
    verbose_name = "Certification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from certification import checks, receivers, web  # noqa: F401
