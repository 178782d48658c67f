from django.urls import path

from courses import views

app_name = "stoa_courses"
urlpatterns = [
    path("learn/", views.learn, name="learn"),
    path("record/", views.record, name="record"),
    path("course/<uuid:key>/join/", views.enrol, name="enrol"),
    path("course/<uuid:key>/leave/", views.leave, name="leave"),
]
