"""Who has permissions at all: people in a group. For everybody else the answer is no, without a query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend


class StaffOnly:
    """`is_staff` is true for whoever is in a group or has a permission of their own (cms.receivers keeps it so)."""

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        return user_obj.is_staff and super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj, app_label) -> bool:
        return user_obj.is_staff and super().has_module_perms(user_obj, app_label)


class StaffModelBackend(StaffOnly, ModelBackend):
    pass


class StaffAllauthBackend(StaffOnly, AuthenticationBackend):
    pass
