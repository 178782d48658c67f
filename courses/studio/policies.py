"""Who may see a cohort: its trainers, and administrators."""

from wagtail.permission_policies import ModelPermissionPolicy

from courses.models import Cohort


class CohortPermissionPolicy(ModelPermissionPolicy):
    def instances_user_has_any_permission_for(self, user, actions):
        found = super().instances_user_has_any_permission_for(user, actions)
        return found if user.is_superuser else found.filter(trainers=user)

    def user_has_permission_for_instance(self, user, action, instance):
        if not self.user_has_permission(user, action):
            return False
        return user.is_superuser or instance.trainers.filter(pk=user.pk).exists()


policy = CohortPermissionPolicy(Cohort)
