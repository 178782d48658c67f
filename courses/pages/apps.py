from django.apps import AppConfig


class CoursePagesConfig(AppConfig):
    name = "courses.pages"
    label = "stoa_courses_pages"
    verbose_name = "Course pages"
    default_auto_field = "django.db.models.BigAutoField"
