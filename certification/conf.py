"""Settings of this app, each with its default, unit and reason. Read when asked, so that tests may change them."""

from pathlib import Path

from django.conf import settings


def base_url() -> str:
    """Address of the site in credentials, without a slash at its end. The issuer's DID is made from it: never change it."""
    return (
        getattr(settings, "STOA_CERTIFICATION_BASE_URL", "") or settings.WAGTAILADMIN_BASE_URL
    ).rstrip("/")


def issuer_name() -> str:
    """Who issues, as it stands on certificates."""
    return getattr(settings, "STOA_CERTIFICATION_ISSUER_NAME", settings.WAGTAIL_SITE_NAME)


def key_dir() -> Path:
    """Folder of the signing keys: private files, outside the database. Losing it ends the issuer; back it up.

    Default: `keys` in the working directory, so that a host's checks can say that none is there.
    """
    return Path(getattr(settings, "STOA_CERTIFICATION_KEY_DIR", "keys"))


def fonts_dir() -> Path:
    """Folder below which the typefaces of the PDF lie; those of the machine are never used. Default: `node_modules`."""
    return Path(getattr(settings, "STOA_CERTIFICATION_FONTS_DIR", "node_modules"))


def requests_per_minute() -> int:
    """Checks one address may ask for in a minute, on each kind of page: enough for an office, too few to try codes."""
    return getattr(settings, "STOA_CERTIFICATION_REQUESTS_PER_MINUTE", 60)


def trusted_proxies() -> int:
    """How many proxies of ours stand in front. 0: the address of the connection counts, and no header is believed."""
    return getattr(settings, "STOA_CERTIFICATION_TRUSTED_PROXIES", 0)
