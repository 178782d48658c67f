from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "tests.hosts.lessons"
    label = "board_lessons"
