from django.urls import path

from content import views, views_search

app_name = "stoa_content"
urlpatterns = [
    path("drawings/<slug:key>-<slug:digest>.svg", views.drawing, name="drawing"),
    path("search/", views_search.search, name="search"),
    path("knowledge/", views.index, name="index"),
    path("knowledge/competences/", views.competences, name="competences"),
    path("knowledge/coverage/", views.coverage, name="coverage"),
    path("knowledge/bibliography/", views.bibliography, name="bibliography"),
    path("knowledge/<slug:kind>/", views.listing, name="listing"),
    path("knowledge/<slug:kind>/<str:key>/", views.record, name="record"),
]
