"""Addresses of the site. Those that others rely on are listed in design section 5."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern
from wagtail.views import authenticate_with_password

from cms import languages, serving
from cms.sitemaps import Translated
from cms.views import account, service

urlpatterns = [
    path("healthz", service.health, name="health"),
    path("readyz", service.ready, name="ready"),
    path("favicon.ico", service.favicon),
    path("robots.txt", service.robots),
    path("offline/", service.offline, name="stoa_offline"),
    path("sw.js", service.offline_worker, name="stoa_offline_worker"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Translated}}, name="sitemap"),
    # Wagtail's own sign-in knows neither rate limits nor second factors.
    path("studio/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("studio/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("account/profile/", account.profile, name="stoa_profile"),
    path("account/data/", account.take_out, name="stoa_take_out"),
    path("account/delete/", account.leave, name="stoa_leave"),
    path("account/", include("allauth.urls")),
    path("", include("certification.urls_wellknown")),
    path("language/", languages.choose, name="set_language"),
]
if hasattr(settings, "STOA_MAILROOM_DIR"):
    urlpatterns += [path("mail/", service.letters, name="stoa_mailroom")]

if settings.STOA_METRICS:
    urlpatterns += [path("", include("django_prometheus.urls"))]

urlpatterns += i18n_patterns(
    path("", include("content.urls")),
    path("", include("modules.urls")),
    path("", include("courses.urls")),
    path("", include("certification.urls")),
    # Wagtail's own, by hand: the next pattern would take it for the address of a page.
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        authenticate_with_password,
    ),
    re_path(serve_pattern, serving.serve),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)

handler400 = "cms.views.errors.bad_request"
handler403 = "cms.views.errors.refused"
handler404 = "cms.views.errors.not_found"
handler500 = "cms.views.errors.broken"
