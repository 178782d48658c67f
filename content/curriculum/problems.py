"""What is wrong with the curriculum, where, and in words an author understands."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. `file` is relative to the curriculum folder, `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CurriculumError(Exception):
    """Root of what this package raises."""


class CurriculumProblems(CurriculumError):
    """The curriculum cannot be used. `problems` and `warnings` hold everything that was found, not only the first."""

    def __init__(self, problems: tuple[Problem, ...], warnings: tuple[Problem, ...] = ()):
        self.problems = problems
        self.warnings = warnings
        super().__init__("\n".join(map(str, problems)))
