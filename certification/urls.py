from django.urls import path

from certification.views import cities, credentials, rosters, verify

app_name = "stoa_certification"
urlpatterns = [
    # The key is any text: what is no uuid is answered like a uuid nobody has.
    path(
        "credentials/<str:key>.json",
        credentials.credential_file,
        {"form": "json"},
        name="credential_json",
    ),
    path(
        "credentials/<str:key>.pdf",
        credentials.credential_file,
        {"form": "pdf"},
        name="credential_pdf",
    ),
    path(
        "credentials/<str:key>.svg",
        credentials.credential_file,
        {"form": "svg"},
        name="credential_svg",
    ),
    path("credentials/<str:key>/", credentials.credential, name="credential"),
    path("credentials/<str:key>/revoke/", credentials.revoke, name="revoke"),
    path("achievements/<uuid:key>/<int:number>/", credentials.achievement, name="achievement"),
    path("verify/", verify.verify, name="verify"),
    path("cities/", cities.register, name="cities"),
    path("cities.json", cities.register_json, name="cities_json"),
    path("cities/join/", rosters.join, name="join"),
    path("cities/join/<int:pk>/decide/", rosters.answer_invitation, name="answer_invitation"),
    path("cities/join/<int:pk>/end/", rosters.leave, name="leave"),
    path("cities/<slug:slug>/", cities.city, name="city"),
    path("cities/<slug:slug>/roster/", rosters.roster, name="roster"),
    path("cities/<slug:slug>/roster.csv", rosters.roster_csv, name="roster_csv"),
    path("cities/<slug:slug>/roster/invite/", rosters.invite, name="invite"),
    path("cities/<slug:slug>/roster/<int:pk>/decide/", rosters.decide, name="decide"),
    path("cities/<slug:slug>/roster/<int:pk>/end/", rosters.end, name="end"),
    path("partnership/", cities.partnership, name="partnership"),
    path("partnership.csv", cities.partnership_csv, name="partnership_csv"),
]
