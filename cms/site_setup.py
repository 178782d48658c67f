"""The bones of the site: home, catalogue, modules and the plain pages, made once and then left to editors."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, Site

from cms.models import CataloguePage, HomePage, ModuleIndexPage, TextPage
from cms.site_texts import TEXT_PAGES
from modules import rubrics

HEADLINE = _("A square can be safe and still be open.")
LEAD = _(
    "Stoa is where the people who look after a city learn how: elected officials, coordinators, planners, local police, "
    "social workers. Each lesson takes 12 to 20 minutes and shows what it rests on."
)


def ensure_site() -> HomePage:
    """The home page of the default site, at the address of the settings; what is missing is made, what is there stays."""
    with translation.override(settings.LANGUAGE_CODE):
        return _ensure_site()


def _ensure_site() -> HomePage:
    address = urlsplit(settings.BASE_URL)
    hostname, port = (
        address.hostname or "localhost",
        address.port or (443 if address.scheme == "https" else 80),
    )
    locale, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.objects.filter(depth=1).first() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locale)
    )
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        root.get_children().filter(slug="home").delete()
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(
            instance=HomePage(
                title="Stoa",
                slug="home",
                lead=str(LEAD),
                locale=locale,
                search_description=str(LEAD),
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
        lead=str(CATALOGUE_LEAD),
    )
    _ensure_child(home, ModuleIndexPage, "modules", "Modules")
    for slug, title, lead, body in TEXT_PAGES:
        _ensure_child(home, TextPage, slug, str(title), lead=str(lead), body=str(body))
    rubrics.ensure_default(at=timezone.now())
    return home


def ensure_languages() -> None:
    """The same bones in every other language of the site. After `ensure_site`."""
    own, *others = ensure_locales()
    home = HomePage.objects.get(locale=own)
    for locale in others:
        _ensure_translations(home, locale)


def ensure_locales() -> list[Locale]:
    """The languages of the site, the one it is written in first."""
    codes = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    known = {
        locale.language_code: locale for locale in Locale.objects.filter(language_code__in=codes)
    }
    for code in codes:
        if code not in known:
            known[code] = Locale.objects.create(language_code=code)
    return sorted(
        (known[code] for code in codes), key=lambda one: one.language_code != settings.LANGUAGE_CODE
    )


def _ensure_translations(home: HomePage, locale: Locale) -> None:
    """The same bones in another language, at the same last parts of addresses. Words that an editor wrote stay."""
    said = {"headline": HEADLINE, "lead": LEAD, "search_description": LEAD}
    root = _ensure_translation(
        home, locale, Page.objects.get(depth=1), said, f"home-{locale.language_code}"
    )
    for page in Page.objects.child_of(home).specific():
        words = WORDS.get(page.slug)
        if words and page.locale_id == home.locale_id:
            _ensure_translation(page, locale, root, words, page.slug)


def _ensure_translation(page: Page, locale: Locale, parent: Page, words: dict, slug: str) -> Page:
    """The page in another language: made, or brought up to date while it still says what the source says."""
    found = type(page).objects.filter(translation_key=page.translation_key, locale=locale).first()
    with translation.override(locale.language_code):
        said = {name: str(text) for name, text in words.items()}
    if found is None:
        found = type(page)(translation_key=page.translation_key, locale=locale, slug=slug)
        for name, text in {"title": page.title, **said}.items():
            setattr(found, name, text)
        return Page.objects.get(pk=parent.pk).add_child(instance=found)
    with translation.override(settings.LANGUAGE_CODE):
        own = {name: str(text) for name, text in words.items()}
    waiting = {n: t for n, t in said.items() if t != own[n] and getattr(found, n) == own[n]}
    if waiting:
        for name, text in waiting.items():
            setattr(found, name, text)
        found.save()
    return found


CATALOGUE_LEAD = _("Everything open can be read without an account. All of it is free.")
WORDS: dict[str, dict] = {
    "catalogue": {
        "title": _("Catalogue"), "lead": CATALOGUE_LEAD, "search_description": CATALOGUE_LEAD,
    },
    "modules": {"title": _("Modules")},
} | {
    slug: {"title": title, "lead": lead, "body": body, "search_description": lead}
    for slug, title, lead, body in TEXT_PAGES
}  # fmt: skip


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


def catalogue(language: str = settings.LANGUAGE_CODE) -> CataloguePage:
    return CataloguePage.objects.get(locale__language_code=language)


def module_index(language: str = settings.LANGUAGE_CODE) -> ModuleIndexPage:
    return ModuleIndexPage.objects.get(locale__language_code=language)
