"""The bones of the site: home, catalogue, modules and the plain pages, made once and then left to editors."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from cms.models import CataloguePage, HomePage, ModuleIndexPage, TextPage
from cms.site_texts import TEXT_PAGES
from modules import rubrics

LEAD = (
    "Stoa is where the people who look after a city learn how: elected officials, coordinators, planners, local police, "
    "social workers. Each lesson takes 12 to 20 minutes and shows what it rests on."
)


def ensure_site() -> HomePage:
    """The home page of the default site, at the address of the settings; what is missing is made, what is there stays."""
    address = urlsplit(settings.BASE_URL)
    hostname, port = (
        address.hostname or "localhost",
        address.port or (443 if address.scheme == "https" else 80),
    )
    locale, _created = Locale.objects.get_or_create(language_code="en")
    root = Page.objects.filter(depth=1).first() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale)
    )
    home = HomePage.objects.first()
    if home is None:
        root.get_children().filter(slug="home").delete()
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(
            instance=HomePage(
                title="Stoa", slug="home", lead=LEAD, locale=locale, search_description=LEAD
            )
        )
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname=hostname, port=port, site_name="Stoa", root_page=home, is_default_site=True
        )
    elif (site.root_page_id, site.hostname, site.port) != (home.pk, hostname, port):
        site.root_page, site.site_name, site.hostname, site.port = home, "Stoa", hostname, port
        site.save()
    _ensure_child(
        home,
        CataloguePage,
        "catalogue",
        "Catalogue",
        lead="Everything open can be read without an account. All of it is free.",
    )
    _ensure_child(home, ModuleIndexPage, "modules", "Modules")
    for slug, title, lead, body in TEXT_PAGES:
        _ensure_child(home, TextPage, slug, title, lead=lead, body=body)
    rubrics.ensure_default(at=timezone.now())
    return home


def _ensure_child(home: Page, model: type[Page], slug: str, title: str, **fields) -> None:
    if not home.get_children().filter(slug=slug).exists():
        Page.objects.get(pk=home.pk).add_child(
            instance=model(
                title=title,
                slug=slug,
                locale=home.locale,
                search_description=fields.get("lead", ""),
                **fields,
            )
        )


def catalogue() -> CataloguePage:
    return CataloguePage.objects.get()


def module_index() -> ModuleIndexPage:
    return ModuleIndexPage.objects.get()
