"""Addresses of a host: whatever it has installed, under prefixes of its own."""

from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

OURS = {
    "stoa_content": "content",
    "stoa_modules": "modules",
    "stoa_courses": "courses",
    "stoa_certification": "certification",
}
ours = [
    path("training/", include(f"{name}.urls"))
    for label, name in OURS.items()
    if apps.is_installed(name)
]
urlpatterns = [path("admin/", include(wagtailadmin_urls))]
if apps.is_installed("certification"):
    urlpatterns.append(path("", include("certification.urls_wellknown")))
if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
    urlpatterns += i18n_patterns(*ours, path("", include(wagtail_urls)))
else:
    urlpatterns += [*ours, path("", include(wagtail_urls))]
