"""Settings of this app, each with its default, unit and reason."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.shortcuts import resolve_url

# Homepage of the accounts in xAPI actors. Never an e-mail address; the learner is the uuid at this homepage.
ACTOR_HOMEPAGE: str = getattr(settings, "STOA_MODULES_ACTOR_HOMEPAGE", "") or getattr(
    settings, "WAGTAILADMIN_BASE_URL", "http://localhost"
)

# How long a quiz form that was shown may be sent in. A day covers a lesson left open over night.
FORM_LIFETIME: dt.timedelta = getattr(settings, "STOA_MODULES_FORM_LIFETIME", dt.timedelta(days=2))

# Cache for what is the same for every learner. A cache inside the process costs no query.
CACHE: str = getattr(settings, "STOA_MODULES_CACHE", "stoa_frames")


# Alias in STORAGES for what nobody may open by its address: artefacts, uploaded packages.
PRIVATE_STORAGE: str = getattr(settings, "STOA_MODULES_PRIVATE_STORAGE", "private")


# Largest file of an artefact, in bytes, whatever an author allows. A page of photographs is 2 to 8 MB.
UPLOAD_MOST_BYTES: int = getattr(settings, "STOA_MODULES_UPLOAD_MOST_BYTES", 20 * 1024 * 1024)

# Files up to so many bytes are checked while the learner waits, larger ones by a worker.
UPLOAD_CHECK_AT_ONCE: int = getattr(settings, "STOA_MODULES_UPLOAD_CHECK_AT_ONCE", 2 * 1024 * 1024)

# Dotted path of `scan(data: bytes, name: str) -> str`: "" for a clean file, else why not. None by default.
UPLOAD_SCANNER: str = getattr(settings, "STOA_MODULES_UPLOAD_SCANNER", "")

# Share of artefacts that two people mark although the first says passed (curriculum.md 4.3).
SECOND_MARKER_SHARE: float = getattr(settings, "STOA_MODULES_SECOND_MARKER_SHARE", 0.10)

# How long a question or a mark may be contested, from the day the result is there.
APPEAL_TIME: dt.timedelta = getattr(settings, "STOA_MODULES_APPEAL_TIME", dt.timedelta(days=60))

# Largest cartridge that is taken in, in bytes. A worker reads it whole, file by file.
CARTRIDGE_MAX_BYTES: int = getattr(settings, "STOA_MODULES_CARTRIDGE_MAX_BYTES", 100 * 1024 * 1024)


# Whether the site shows a page that is not translated at the address its translation would have (cms/serving.py does).
# Links then keep the reader in their language; without it they lead to the page where it stands.
SHOWS_SOURCE_PAGES: bool = getattr(settings, "STOA_MODULES_SHOWS_SOURCE_PAGES", False)


def private_storage() -> Storage:
    """Where artefacts and uploads lie; on a host without the alias, a folder beside MEDIA_ROOT that has no address."""
    if PRIVATE_STORAGE in settings.STORAGES:
        return storages[PRIVATE_STORAGE]
    media = Path(settings.MEDIA_ROOT or "media")
    return FileSystemStorage(location=media.with_name(f"{media.name}-private"), base_url=None)


def login_url() -> str:
    return resolve_url(settings.LOGIN_URL)


# Months in which a learner should catch up with a material change. A product choice; nothing is taken away after it.
UPDATE_MONTHS: int = getattr(settings, "STOA_MODULES_UPDATE_MONTHS", 6)

# Alias of the cache that keeps the PDF and EPUB files of modules; without it, the default one.
FILES_CACHE: str = getattr(settings, "STOA_MODULES_FILES_CACHE", "stoa_files")

# Files of modules made in a minute, for everybody together. Each takes about a second of a core; kept ones are not counted.
BOOKS_A_MINUTE: int = getattr(settings, "STOA_MODULES_BOOKS_A_MINUTE", 20)


def fonts_dir() -> Path:
    """Folder below which the typefaces of the PDF lie; those of the machine are never used."""
    return Path(getattr(settings, "STOA_MODULES_FONTS_DIR", "node_modules"))


def licence() -> str:
    """Under which licence the modules may be passed on, as their title pages say it."""
    return getattr(settings, "STOA_MODULES_LICENCE", "")
