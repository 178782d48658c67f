"""The site's own tables: people, and the pages that only this site has."""

from cms.models.pages import CataloguePage, HomePage, ModuleIndexPage, TextPage
from cms.models.user import User

__all__ = ["CataloguePage", "HomePage", "ModuleIndexPage", "TextPage", "User"]
