from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    label = "stoa_courses"
    verbose_name = "Courses"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courses import backlinks, cartridge, gates, receivers, trainers, web  # noqa: F401
