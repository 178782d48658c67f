"""Whether a learner may act in a module now. Apps above add their own gates; this app knows no course."""

import datetime as dt
from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser

from modules.errors import NotOpen
from modules.models import Module

Gate = Callable[..., None]
_gates: list[Gate] = []


def gate(function: Gate) -> Gate:
    """Register `function(learner=, module=, at=)`, which raises NotOpen to refuse."""
    if function not in _gates:
        _gates.append(function)
    return function


def check(*, learner: AbstractBaseUser, module: Module, at: dt.datetime) -> None:
    """Raises NotOpen if the learner may not act in this module at this time."""
    if not learner.is_authenticated:
        raise NotOpen("not-signed-in")
    for function in _gates:
        function(learner=learner, module=module, at=at)
