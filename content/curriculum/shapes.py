"""What the curriculum consists of: one frozen dataclass for each kind of record.

The reader derives its checks from these shapes. A field without a default is required; a text must not be
empty unless `text()` says so; `ref()` names the kind of record that a key must resolve to; `choice()` lists
the values that are allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

DOCUMENT_TYPES = tuple(
    "article-journal article-magazine article-newspaper book chapter legislation paper-conference report standard thesis "
    "webpage document".split()
)
CERTAINTIES = ("seen", "secondary", "general", "own")
GRADABLE = ("seen", "secondary")
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
SENSITIVITIES = ("open", "registered", "verified")
QUESTION_KINDS = (
    "single",
    "multiple",
    "true_false",
    "ordering",
    "matching",
    "fill_in",
    "numeric",
    "hotspot",
)
CALLOUTS = ("scene", "advice", "unknown", "caution")
_REQUIRED: Any = object()


def _field(default: Any, **metadata: Any) -> Any:
    return (
        field(metadata=metadata)
        if default is _REQUIRED
        else field(default=default, metadata=metadata)
    )


def ref(*kinds: str, default: Any = _REQUIRED) -> Any:
    return _field(default, ref=kinds)


def choice(*values: Any, default: Any = _REQUIRED) -> Any:
    return _field(default, choices=values)


def text(*, may_be_empty: bool) -> Any:
    return _field(_REQUIRED, may_be_empty=may_be_empty)


# ---------------------------------------------------------------- knowledge


@dataclass(frozen=True, kw_only=True)
class Action:
    """One of the six Actions of the Partnership; `not_seen` says what could not be read."""

    key: str
    number: int
    title: str
    problem: str
    aim: str
    published: str
    not_seen: str
    sources: tuple[str, ...] = ref("source")


@dataclass(frozen=True, kw_only=True)
class Source:
    key: str
    title: str
    body: str
    year: str = text(may_be_empty=True)
    address: str = text(may_be_empty=True)
    says: str
    secondary: bool
    type: str = choice("", *DOCUMENT_TYPES, default="")
    authors: tuple[str, ...] = ()
    container: str = ""
    issued: str = ""
    number: str = ""
    doi: str = ""
    isbn: str = ""
    accessed: date | None = None
    archived: str = ""
    licence: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic:
    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One checkable statement, with how sure we are and until when."""

    key: str
    topic: str = ref("topic")
    title: str
    text: str
    certainty: str = choice(*CERTAINTIES)
    sources: tuple[str, ...] = ref("source")
    valid_as_of: date
    review_by: date


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    key: str
    title: str
    text: str
    levels: tuple[str, ...] = choice("L", "R", "N", "EU")
    actions: tuple[int, ...] = ref("action")
    topics: tuple[str, ...] = ref("topic")
    audiences: tuple[str, ...] = ref("profile")
    modules: tuple[str, ...] = ref("module")
    facts: tuple[str, ...] = ref("fact")
    sources: tuple[str, ...] = ref("source")
    basis_note: str


@dataclass(frozen=True, kw_only=True)
class Guidance:
    key: str
    title: str
    text: str
    measures: tuple[str, ...]
    reference: str
    actions: tuple[int, ...] = ref("action")
    topics: tuple[str, ...] = ref("topic")
    audiences: tuple[str, ...] = ref("profile")
    facts: tuple[str, ...] = ref("fact")
    sources: tuple[str, ...] = ref("source")
    basis_note: str


@dataclass(frozen=True, kw_only=True)
class Case:
    key: str
    title: str
    text: str
    facts: tuple[str, ...] = ref("fact")
    sources: tuple[str, ...] = ref("source")
    modules: tuple[str, ...] = ref("module")


@dataclass(frozen=True, kw_only=True)
class ChecklistItem:
    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    key: str
    title: str
    items: tuple[ChecklistItem, ...]
    facts: tuple[str, ...] = ref("fact")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A glossary entry; `also` lists other forms of the word."""

    key: str
    term: str
    definition: str
    facts: tuple[str, ...] = ref("fact")
    certainty: str = choice(*CERTAINTIES)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Area:
    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Level:
    level: int
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    key: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """The level a profile is expected to reach in an area."""

    profile: str = ref("profile")
    area: str = ref("area")
    level: int = ref("level")


# ---------------------------------------------------------------- modules


@dataclass(frozen=True, kw_only=True)
class Hours:
    online: float
    practice: float


@dataclass(frozen=True, kw_only=True)
class Prerequisites:
    required: tuple[str, ...] = ref("module", default=())
    recommended: tuple[str, ...] = ref("module", default=())


@dataclass(frozen=True, kw_only=True)
class Owner:
    role: str
    author_profile: str = ref("profile")
    peer_reviewer_profile: str = ref("profile")
    access_reviewer: str = ""
    legal_review: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A learning outcome; `alignment` names the recommendations and guidance it serves."""

    key: str
    bloom: str = choice(*BLOOM)
    verb: str
    text: str
    area: str = ref("area")
    level: int = ref("level")
    alignment: tuple[str, ...] = ref("recommendation", "guidance")


@dataclass(frozen=True, kw_only=True)
class LessonEntry:
    """A lesson as its module lists it. A planned one has no file yet."""

    key: str
    file: str
    title: str
    minutes: int
    sensitivity: str = choice(*SENSITIVITIES)
    planned: bool = False


@dataclass(frozen=True, kw_only=True)
class PlannedTitle:
    title: str


@dataclass(frozen=True, kw_only=True)
class QuizAssessment:
    draw: int
    pool_minimum: int
    pass_percent: int
    attempts: int
    pause_hours: int


@dataclass(frozen=True, kw_only=True)
class ScenarioAssessment:
    scenario: str = ref("scenario")
    completes_on: str = choice("ending", default="ending")


@dataclass(frozen=True, kw_only=True)
class ArtefactField:
    key: str
    label: str
    help: str = ""
    rows: int = 8


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """Work handed in and marked by a rubric. It stands in the last lesson of its module, before the closing panel.

    `fields` is the form to fill in; without fields it asks for one text. `files` is how many may be attached.
    """

    key: str
    title: str
    checklist: str = ref("checklist", default="")
    text: str
    fields: tuple[ArtefactField, ...] = ()
    files: int = 3
    criteria: tuple[str, ...]
    points_per_criterion: int
    pass_points: int
    no_zero_on: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ref("outcome", default=())
    graded_by: str = choice("person", "peer", "server")


@dataclass(frozen=True, kw_only=True)
class Assessment:
    quiz: QuizAssessment | None = None
    scenario: ScenarioAssessment | None = None
    artefact: Artefact | None = None


@dataclass(frozen=True, kw_only=True)
class Short:
    """The short version of a module: some of its own lessons, and a test that draws from their questions."""

    hours: float
    lessons: tuple[str, ...] = ref("lesson")
    draw: int = 5


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module as its module.toml describes it. `minutes` are by part, and add up to `hours`."""

    key: str
    uuid: str = ""  # of what an editor made; otherwise it follows from the key
    code: str
    slug: str
    title: str
    summary: str
    version: int
    status: str = choice("planned", "draft", "review", "ready")
    language: str
    sensitivity: str = choice(*SENSITIVITIES)
    content_note: str = ""
    actions: tuple[int, ...] = ref("action")
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    checklists: tuple[str, ...] = ref("checklist", default=())
    scenarios: tuple[str, ...] = ref("scenario", default=())
    review_by: date | None = None
    valid_as_of: date | None = None
    licence: str = ""
    hours: Hours
    minutes: Mapping[str, int] = field(default_factory=dict)
    prerequisites: Prerequisites = Prerequisites()
    owner: Owner | None = None
    outcomes: tuple[Outcome, ...]
    lessons: tuple[LessonEntry, ...] = ()
    lessons_planned: tuple[str | PlannedTitle, ...] = ()
    assessment: Assessment = Assessment()
    short: Short | None = None

    @property
    def is_planned(self) -> bool:
        return self.status == "planned"


# ---------------------------------------------------------------- lessons


@dataclass(frozen=True, kw_only=True)
class FrontMatter:
    """The head of a lesson file."""

    key: str
    uuid: str = ""  # of what an editor made; otherwise it follows from the key
    module: str = ref("module")
    order: int
    slug: str
    title: str
    summary: str
    minutes: int
    language: str
    version: int
    status: str = choice("draft", "review", "ready")
    sensitivity: str = choice(*SENSITIVITIES)
    content_note: str = ""
    valid_as_of: date
    review_by: date
    owner_role: str
    outcomes: tuple[str, ...] = ref("outcome")
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    facts: tuple[str, ...] = ref("fact", default=())
    terms: tuple[str, ...] = ref("term", default=())
    cases: tuple[str, ...] = ref("case", default=())
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """`[[key]]` or `[[key|label]]` in a text. `kind` is fact, recommendation, guidance, case, checklist or term."""

    kind: str
    key: str
    label: str
    line: int


@dataclass(frozen=True)
class Block:
    """A part of a lesson, in order. Free text has type `text` and key `start` or `after-<previous block>`.

    data    the checked TOML of the block, with defaults filled in; empty for free text
    text    Markdown, references still inside
    line    where it starts in the file; text_line is where its text starts
    """

    type: str
    key: str
    data: Mapping[str, Any]
    text: str
    line: int
    references: tuple[Reference, ...] = ()
    text_line: int = 0


@dataclass(frozen=True)
class Lesson:
    meta: FrontMatter
    blocks: tuple[Block, ...]
    file: str

    @property
    def key(self) -> str:
        return self.meta.key


@dataclass(frozen=True, kw_only=True)
class FigureBlock:
    file: str
    caption: str
    alt: str
    legend: tuple[str, ...] = ()
    long_description: str
    facts: tuple[str, ...] = ref("fact", default=())


@dataclass(frozen=True, kw_only=True)
class VideoBlock:
    """A video by `file` or by `url`; the transcript may stand in the Markdown of the block instead."""

    file: str = ""
    url: str = ""
    title: str
    captions: str
    transcript: str = ""
    facts: tuple[str, ...] = ref("fact", default=())


@dataclass(frozen=True, kw_only=True)
class FactBlock:
    fact: str = ref("fact")
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseBlock:
    case: str = ref("case")
    title: str
    takeaway: str


@dataclass(frozen=True, kw_only=True)
class CalloutBlock:
    kind: str = choice(*CALLOUTS)
    title: str


@dataclass(frozen=True, kw_only=True)
class ChecklistBlock:
    checklist: str = ref("checklist")
    title: str
    intro: str = ""
    items: tuple[ChecklistItem, ...]
    notes: bool = True  # room for a few words at each point


@dataclass(frozen=True, kw_only=True)
class QuizBlock:
    title: str = ""
    questions: tuple[str, ...] = ref("question")
    draw: int
    mode: str = choice("practice", "graded")
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class ScenarioBlock:
    scenario: str = ref("scenario")
    title: str = ""
    intro: str
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class ReflectionBlock:
    title: str = ""
    prompt: str
    private: bool
    minutes: int = 2
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class GuidanceBlock:
    title: str = ""
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    next: str = ref("lesson", "module", default="")
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SurveyOption:
    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SurveyQuestion:
    """`options` of a single or multiple choice; `low` and `high` say what 1 and 5 of a scale mean."""

    key: str
    kind: str = choice("single", "multiple", "scale", "text")
    text: str
    required: bool = False
    options: tuple[SurveyOption, ...] = ()
    low: str = ""
    high: str = ""


@dataclass(frozen=True, kw_only=True)
class SurveyBlock:
    """Questions without right or wrong. `threshold`: answers before anything is shown."""

    title: str
    intro: str = ""
    required: bool = False
    threshold: int = 5
    results: bool = True
    closes_on: date | None = None
    questions: tuple[SurveyQuestion, ...]


@dataclass(frozen=True, kw_only=True)
class AskedField:
    """A field of the form of an artefact; `least` and `most` are words, 0 for no limit."""

    key: str
    label: str
    help: str = ""
    rows: int = 6
    least: int = 0
    most: int = 0
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class ArtefactBlock:
    """Work handed in, beside the artefact of the module. It is marked by the usual rubric."""

    title: str
    text: str
    reminder: str = ""
    outcomes: tuple[str, ...] = ref("outcome", default=())
    files: int = 0
    types: tuple[str, ...] = ()
    megabytes: int = 5
    files_required: bool = False
    required: bool = False
    tries: int = 0
    fields: tuple[AskedField, ...] = ()


BLOCKS: dict[str, type] = {
    "figure": FigureBlock,
    "video": VideoBlock,
    "fact": FactBlock,
    "case": CaseBlock,
    "callout": CalloutBlock,
    "checklist": ChecklistBlock,
    "quiz": QuizBlock,
    "scenario": ScenarioBlock,
    "reflection": ReflectionBlock,
    "guidance": GuidanceBlock,
    "survey": SurveyBlock,
    "artefact": ArtefactBlock,
}
NEED_TEXT = {"case", "callout"}
MAY_HAVE_TEXT = NEED_TEXT | {"video", "fact"}


# ---------------------------------------------------------------- questions


@dataclass(frozen=True, kw_only=True)
class Option:
    key: str
    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    key: str
    text: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Pair:
    key: str
    left: str
    right: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class ExtraAnswer:
    key: str
    right: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A word to be typed. `case` and `accents` say whether capitals and accents matter."""

    key: str
    before: str = ""
    after: str = ""
    accepted: tuple[str, ...]
    case: bool = False
    accents: bool = False
    feedback: str


@dataclass(frozen=True, kw_only=True)
class OtherUnit:
    """A unit a learner may choose; `factor` says how many of the main unit one of it is."""

    unit: str
    factor: str


@dataclass(frozen=True, kw_only=True)
class Number:
    """Decimal strings such as "2.5"; `tolerance` is absolute, in `unit`."""

    key: str
    value: str
    tolerance: str = "0"
    unit: str = ""
    units: tuple[OtherUnit, ...] = ()
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing of the module, as figures name it: figures/m08-street-section.svg."""

    file: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    """An area of the picture, its sides in per cent of it; `label` says what is there."""

    key: str
    label: str
    x: float
    y: float
    width: float
    height: float
    correct: bool
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A bank item. `items` stand in the right order; `extra` answers of a matching question fit nothing."""

    key: str
    uuid: str = ""  # of what an editor made; otherwise it follows from the key
    version: int
    kind: str = choice(*QUESTION_KINDS)
    lesson: str = ref("lesson")
    outcome: str = ref("outcome")
    bloom: str = choice(*BLOOM)
    difficulty: int = choice(1, 2, 3)
    graded: bool
    facts: tuple[str, ...] = ref("fact", default=())
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    stem: str
    explanation: str = ""
    options: tuple[Option, ...] = ()
    items: tuple[OrderItem, ...] = ()
    pairs: tuple[Pair, ...] = ()
    extra: tuple[ExtraAnswer, ...] = ()
    gaps: tuple[Gap, ...] = ()
    number: Number | None = None
    picture: Picture | None = None
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, kw_only=True)
class QuestionBank:
    module: str = ref("module")
    language: str
    questions: tuple[Question, ...]


# ---------------------------------------------------------------- scenarios


@dataclass(frozen=True, kw_only=True)
class ScenarioCriterion:
    """`max` is the most that any path can earn."""

    key: str
    title: str
    max: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    key: str
    text: str
    response: str
    scores: Mapping[str, int] = field(default_factory=dict)
    facts: tuple[str, ...] = ref("fact", default=())
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    next: str


@dataclass(frozen=True, kw_only=True)
class Route:
    min: Mapping[str, int]
    next: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """scene: the learner chooses. gate: the first route whose minimum is met. ending: the path stops."""

    key: str
    kind: str = choice("scene", "gate", "ending")
    title: str
    text: str = ""
    facts: tuple[str, ...] = ref("fact", default=())
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    choices: tuple[Choice, ...] = ()
    routes: tuple[Route, ...] = ()

    @property
    def ways_on(self) -> tuple[Choice | Route, ...]:
        return self.choices + self.routes


@dataclass(frozen=True, kw_only=True)
class DebriefPoint:
    key: str
    title: str
    text: str
    facts: tuple[str, ...] = ref("fact", default=())
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())


@dataclass(frozen=True, kw_only=True)
class DebriefCriterion:
    """`low` is shown below the bound, `high` from the bound on."""

    criterion: str
    bound: int
    low: str
    high: str
    guidance: tuple[str, ...] = ref("guidance", default=())


@dataclass(frozen=True, kw_only=True)
class DebriefReflection:
    prompt: str
    private: bool


@dataclass(frozen=True, kw_only=True)
class Debrief:
    title: str
    intro: str = ""
    points: tuple[DebriefPoint, ...] = ()
    criteria: tuple[DebriefCriterion, ...] = ()
    reflection: DebriefReflection | None = None


@dataclass(frozen=True, kw_only=True)
class Scenario:
    key: str
    module: str = ref("module")
    version: int
    language: str
    title: str
    city: str
    fictional: bool
    role: str
    minutes: int
    sensitivity: str = choice(*SENSITIVITIES)
    content_note: str = ""
    start: str
    completes_on: str = choice("ending", default="ending")
    outcomes: tuple[str, ...] = ref("outcome")
    recommendations: tuple[str, ...] = ref("recommendation", default=())
    guidance: tuple[str, ...] = ref("guidance", default=())
    checklists: tuple[str, ...] = ref("checklist", default=())
    facts: tuple[str, ...] = ref("fact", default=())
    intro: str
    criteria: tuple[ScenarioCriterion, ...]
    nodes: tuple[Node, ...]
    debrief: Debrief


# ---------------------------------------------------------------- courses


@dataclass(frozen=True, kw_only=True)
class CourseModule:
    """A module of a course; `artefact`: what the module asks to be handed in counts as well."""

    module: str = ref("module")
    short: bool = False
    required: bool = True
    artefact: bool = False


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """`validity_months` 0 means no end."""

    title: str
    text: str
    kind: str = choice("certificate", "badge")
    validity_months: int


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course, which is a learning path for one or more profiles. Of `requires_one_of`, one is completed before joining."""

    key: str
    uuid: str = ""  # of what an editor made; otherwise it follows from the key
    slug: str
    code: str
    title: str
    summary: str
    audience: str
    profiles: tuple[str, ...] = ref("profile")
    actions: tuple[int, ...] = ref("action")
    level: int = choice(1, 2, 3)
    hours: float
    status: str = choice("open", "planned")
    modules: tuple[CourseModule, ...]
    requires_one_of: tuple[str, ...] = ref("course", default=())
    certificate: Certificate
    accepts: tuple[str, ...] = choice("server", "person")
    order: int


# ---------------------------------------------------------------- the whole


@dataclass(frozen=True, kw_only=True)
class Records:
    """Records by kind, each by key and in the order of the files."""

    actions: Mapping[str, Action]
    sources: Mapping[str, Source]
    topics: Mapping[str, Topic]
    facts: Mapping[str, Fact]
    recommendations: Mapping[str, Recommendation]
    guidance: Mapping[str, Guidance]
    cases: Mapping[str, Case]
    checklists: Mapping[str, Checklist]
    terms: Mapping[str, Term]
    areas: Mapping[str, Area]
    levels: Mapping[int, Level]
    profiles: Mapping[str, Profile]
    modules: Mapping[str, Module]
    lessons: Mapping[str, Lesson]
    questions: Mapping[str, Question]
    scenarios: Mapping[str, Scenario]
    courses: Mapping[str, Course]


@dataclass(frozen=True, kw_only=True)
class Translation(Records):
    """The curriculum in another language: whole records in its words, as far as they are translated, by key."""

    language: str


@dataclass(frozen=True, kw_only=True)
class Curriculum(Records):
    """Everything, by key and in the order of the files. Only the reader makes one, and only without problems.

    figures   SVG text by (module key, file as the figure block names it)
    translations  the other languages, by their code
    places    (file, line) of each record of the source, by (kind, key)
    warnings  what an author should look at; nothing here stops loading
    """

    expectations: tuple[Expectation, ...]
    figures: Mapping[tuple[str, str], str]
    translations: Mapping[str, Translation] = field(default_factory=dict)
    places: Mapping[tuple[str, Any], tuple[str, int]] = field(default_factory=dict)
    warnings: tuple[Any, ...] = ()

    def lessons_of(self, module: str) -> tuple[Lesson, ...]:
        """The written lessons of a module, in order."""
        return tuple(
            self.lessons[e.key] for e in self.modules[module].lessons if e.key in self.lessons
        )

    def questions_of(self, module: str) -> tuple[Question, ...]:
        return tuple(q for q in self.questions.values() if q.key.rpartition("-")[0] == module)

    def scenarios_of(self, module: str) -> tuple[Scenario, ...]:
        return tuple(s for s in self.scenarios.values() if s.module == module)
