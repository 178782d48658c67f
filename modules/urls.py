from django.urls import path

from modules import views, views_activities, views_artefacts, views_attempts, views_books

app_name = "stoa_modules"
urlpatterns = [
    path("lesson/<uuid:key>/done/", views.complete, name="complete"),
    path("module/<uuid:key>/seen/", views.seen, name="seen"),
    path("module/<uuid:key>/book.pdf", views_books.book, {"form": "pdf"}, name="book-pdf"),
    path("module/<uuid:key>/book.epub", views_books.book, {"form": "epub"}, name="book-epub"),
    path("quiz/<uuid:key>/", views.answer_quiz, name="answer"),
    path("test/<uuid:key>/", views.test, name="test"),
    path("attempt/<uuid:key>/", views_attempts.attempt, name="attempt"),
    path("attempt/<uuid:key>/save/", views_attempts.save, name="save"),
    path("attempt/<uuid:key>/result/", views_attempts.result, name="result"),
    path("note/<uuid:key>/", views_activities.keep_note, name="note"),
    path("note/<uuid:key>/text/", views_activities.note_text, name="note-text"),
    path("note/<uuid:key>/print/", views_activities.checklist_page, name="note-print"),
    path("note/<uuid:key>/document.odt", views_activities.checklist_odt, name="note-odt"),
    path("survey/<uuid:key>/", views_activities.answer_survey, name="survey"),
    path("survey/<uuid:key>/results/", views_activities.survey_results, name="survey-results"),
    path("artefact/<uuid:key>/", views_artefacts.artefact, name="artefact"),
    path("artefact/<uuid:key>/save/", views_artefacts.save, name="artefact-save"),
    path("artefact/try/<uuid:key>/", views_artefacts.one_try, name="artefact-try"),
    path("artefact/file/<uuid:key>/", views_artefacts.download, name="artefact-file"),
    path("appeal/artefact/<uuid:key>/", views_artefacts.contest_mark, name="contest-mark"),
    path(
        "appeal/question/<uuid:key>/<int:version>/",
        views_artefacts.contest_question,
        name="contest-question",
    ),
    path("scenario/<slug:key>/", views_activities.scenario, name="scenario"),
    path(
        "scenario/<slug:key>/<str:path>/done/", views_activities.scenario_done, name="scenario_done"
    ),
    path("scenario/<slug:key>/<str:path>/", views_activities.scenario, name="scenario"),
]
