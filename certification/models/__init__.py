"""What learning earns: achievements, assertions, credentials; and the cities people work for."""

from certification.models.award import (
    Achievement,
    AchievementVersion,
    Assertion,
    AssertionState,
    Credential,
    StatusList,
)
from certification.models.city import City, CityCoordinator, Membership, MembershipState, Post

__all__ = [
    "Achievement",
    "AchievementVersion",
    "Assertion",
    "AssertionState",
    "City",
    "CityCoordinator",
    "Credential",
    "Membership",
    "MembershipState",
    "Post",
    "StatusList",
]
