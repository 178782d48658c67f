"""Who may touch a question: authors write drafts, people with `publish_question` decide what is in use."""

from wagtail.permission_policies import ModelPermissionPolicy

from modules.models import Question, QuestionStatus

PUBLISH = "stoa_modules.publish_question"
REGRADE = "stoa_modules.regrade_question"
UNUSED = (QuestionStatus.DRAFT, QuestionStatus.REVIEWED)


class QuestionPermissionPolicy(ModelPermissionPolicy):
    """A question in use changes only by the hand of somebody who may put it into use (modules/decisions/0001).

    Who may have answers marked again may take a question out of use as well, but not put one in.
    Nobody deletes a question: attempts rest on its versions. It is withdrawn instead.
    """

    def user_has_permission(self, user, action: str) -> bool:
        if action == "delete":
            return False
        if action == "publish":
            return user.is_active and user.has_perm(PUBLISH)
        if action == "regrade":
            return user.is_active and user.has_perm(REGRADE)
        if action == "withdraw":
            return self.user_has_any_permission(user, ("publish", "regrade"))
        return super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action: str, instance: Question) -> bool:
        if not self.user_has_permission(user, action):
            return False
        if action == "change" and instance.pk and instance.status not in UNUSED:
            return self.user_has_permission(user, "publish")
        return True


policy = QuestionPermissionPolicy(Question)
