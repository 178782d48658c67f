"""`python -m content.curriculum [path]`: prints problems, warnings, notes and counts; exits with 1 if there is a problem."""

import sys
from pathlib import Path

from . import reading
from .checking import check
from .problems import CurriculumProblems
from .reader import HERE, read

COUNTED = (
    "actions sources topics facts recommendations guidance cases checklists terms profiles expectations "
    "modules lessons questions scenarios figures courses"
).split()


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else HERE
    try:
        curriculum = read(path)
    except CurriculumProblems as found:
        for warning in found.warnings:
            print(f"warning  {warning}")
        for problem in found.problems:
            print(f"PROBLEM  {problem}")
        print(f"{len(found.problems)} problems, {len(found.warnings)} warnings.")
        return 1
    for warning in curriculum.warnings:
        print(f"warning  {warning}")
    print(", ".join(f"{len(getattr(curriculum, name))} {name}" for name in COUNTED) + ".")
    for language, said in curriculum.translations.items():
        counts = ((name, len(getattr(said, name, ()))) for name in COUNTED)
        print(f"{language}: " + ", ".join(f"{n} {name}" for name, n in counts if n) + ".")
    print(*reading.table(curriculum), sep="\n")
    findings = check(curriculum)
    problems = sum(one.severity == "problem" for one in findings)
    for one in findings:
        print(f"{'PROBLEM' if one.severity == 'problem' else 'note':8} {one}")
    notes = len(findings) - problems
    print(f"{problems or 'No'} problems, {len(curriculum.warnings)} warnings, {notes} notes.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
