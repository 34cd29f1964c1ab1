"""What the API takes and gives. Records of the core are given as they are; the rest is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.exports import SCHEMA_VERSION
from indexes import baskets
from indexes.engine import Hit
from indexes.facets import FACETS, Filters
from indexes.question import Mode, Question, Sort
from indexes.theme_board import Level, State
from nlp.languages import Language
from nlp.records import Activity
from nlp.tagger import PRIORITIES, TagDecision
from nlp.theme_tables import Shortfall
from nlp.themes import Theme

MOST_SHOWN = 200
MOST_TEXTS = 1000
MOST_SIGNS = 20_000  # of one text
MOST_SIGNS_TOGETHER = 2_000_000  # of one batch; tagging them takes seconds
_MOST_EURO = 10**15

Text = Annotated[str, StringConstraints(min_length=1, max_length=MOST_SIGNS)]
Values = Annotated[list[Annotated[str, StringConstraints(max_length=300)]], Field(max_length=50)]
Euro = Annotated[int, Field(ge=0, le=_MOST_EURO)]
PerRegion = Annotated[int, Field(ge=1, le=20, description="How many of each region at most.")]


class Asked(BaseModel):
    """Parameters of an address; one that is not known is refused, as it may be misspelt."""

    model_config = ConfigDict(extra="forbid")

    lang: Language = Field("lv", description="Language of citations, headings and names.")


class Narrowed(Asked):
    """Filters, one parameter per facet; repeated, one value is enough, but every priority holds."""

    region: Values = []
    plan: Values = Field([], description="Documents; /plans lists them.")
    period: Values = []
    stage: Values = Field([], description="planned or done.")
    priority: Values = Field([], description="A horizontal priority, or a label of any scheme.")
    theme: Values = Field([], description="Ids of themes, fine or broad; /themes lists them.")
    municipality: Values = Field([], description="Municipalities of today.")
    deadline: Values = Field([], description="Years.")
    funding: Values = Field([], description="Kinds, for example eu, state, municipal.")
    amount_from: Euro | SkipJsonSchema[None] = None
    amount_to: Euro | SkipJsonSchema[None] = None

    def filters(self) -> Filters:
        """The same as the core takes it."""
        chosen: dict[str, Any] = {
            target: tuple(dict.fromkeys(getattr(self, name))) for name, target in FACETS.items()
        }
        return Filters(**chosen, amount_from=self.amount_from, amount_to=self.amount_to)


class Searched(Narrowed):
    """A whole question; without ``q`` every activity that passes the filters is listed."""

    q: str = Field("", max_length=MOST_SIGNS, description='"a phrase" must stand, -word must not.')
    mode: Mode = Field("meaning", description="By meaning, by these words only, or literally.")
    sort: Sort = "relevance"

    def question(self) -> Question:
        """The same as the core takes it."""
        return Question(self.q, self.filters(), self.mode, self.sort)


class Page(BaseModel):
    """Which part of a list."""

    limit: int = Field(20, ge=1, le=MOST_SHOWN)
    offset: int = Field(0, ge=0, le=1_000_000)


class SearchQuery(Searched, Page):
    """Parameters of /search."""

    explain: bool = Field(False, description="Say why each was found; only by meaning.")


class ActivitiesQuery(Narrowed, Page):
    """Parameters of /activities."""


class ExportQuery(Searched):
    """Parameters of /export: those of a search, but for the page; every hit is in the file."""

    format: Literal["xlsx", "csv", "docx", "json"]


class DossierQuery(Asked):
    """Parameters of /dossier."""

    id: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=64)]],
        Field(min_length=1, max_length=baskets.MOST),
    ]
    format: Literal["docx", "xlsx"] = "docx"


class SimilarBody(BaseModel):
    """A text to find counterparts of."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    region: str | None = Field(None, max_length=300, description="Its own region, left out.")
    per_region: PerRegion = 3


class TagBody(BaseModel):
    """A text to tag."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    scheme: str = Field(PRIORITIES, max_length=200, description="A set of labels.")


class TagBatchBody(BaseModel):
    """Texts to tag; together they have at most 2,000,000 signs."""

    model_config = ConfigDict(extra="forbid")

    texts: Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]
    scheme: str = Field(PRIORITIES, max_length=200, description="A set of labels.")


class IndexState(BaseModel):
    """Which index answered; pages of one list belong together while it is the same."""

    generation: str
    corpus: str = Field(description="SHA-256 over the ids of its activities.")


class Versioned(BaseModel):
    """What every answer begins with."""

    schema_version: Annotated[
        str, Field(description="Within its first number, fields are only added.")
    ] = SCHEMA_VERSION
    index: IndexState


class WordShare(BaseModel):
    """A word of an activity and its share of the likeness in meaning."""

    word: str
    share: float


class Why(BaseModel):
    """Why an activity was found: shares of what it says, and what each part of the search added."""

    words: tuple[WordShare, ...]
    headings: float
    glossary: float
    parts: Mapping[str, float]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found(Hit):
    """A hit with where it stands in its plan, in words."""

    citation: str = ""
    why: Why | None = None


class SearchAnswer(Versioned):
    """The hits from ``offset`` on; ``total`` counts all, near-copies within a region once.

    ``facets`` counts the hits of each value; ``relax`` names, where nothing was found, parameters
    without which something would be (``filters``: all of them) with how much.
    """

    total: int
    offset: int
    hits: tuple[Found, ...]
    facets: Mapping[str, Mapping[str, int]]
    corrections: Mapping[str, str]
    concepts: tuple[str, ...]
    relax: Mapping[str, int]
    next: str | None = Field(description="Address of the following page.")


class SimilarAnswer(Versioned):
    """The closest activities of every other region, by region."""

    text: str
    region: str | None
    counterparts: Mapping[str, tuple[Found, ...]]


@dataclass(frozen=True, slots=True)
class Tagged(TagDecision):
    """What stands for a label of a text: a person's decision where there is one, else the model's.

    ``model`` is what the model says.
    """

    model: str = ""
    by_person: bool = False


class TagAnswer(Versioned):
    """Decisions on a text, one per label."""

    scheme: str
    labels: tuple[Tagged, ...]


class TagBatchAnswer(Versioned):
    """Decisions on texts, in their order; a text without a letter has none."""

    scheme: str
    results: tuple[tuple[Tagged, ...], ...]


class Tag(BaseModel):
    """A horizontal priority of an activity; ``by_person``: confirmed or corrected by somebody."""

    label: str
    decision: str
    probability: float
    by_person: bool


class Record(BaseModel):
    """An activity with its tags, the id of its fine theme, and where it stands, in words."""

    activity: Activity
    tags: tuple[Tag, ...]
    theme: str | None
    citation: str


class ActivitiesAnswer(Versioned):
    """Activities from ``offset`` on, as the plans print them."""

    total: int
    offset: int
    activities: tuple[Record, ...]
    next: str | None = Field(description="Address of the following page.")


class ActivityAnswer(Versioned, Record):
    """One activity."""


class PlanRow(BaseModel):
    """One document in the index; counts are of activities."""

    document: str
    plan: str
    period: str
    activities: int
    regions: Mapping[str, int]
    stages: Mapping[str, int]


class PlansAnswer(Versioned):
    """The documents in the index."""

    plans: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class CountedTheme(Theme):
    """A theme with its different activities by region; near-copies within a region count once."""

    level: Level = "fine"
    regions: Mapping[str, int] = field(default_factory=dict)


class ThemesAnswer(Versioned):
    """The themes of a level; ``version`` is the one to cite."""

    version: str
    unclassified_share: float
    themes: tuple[CountedTheme, ...]


class Peer(BaseModel):
    """A region and how alike its themes are, 0..1."""

    region: str
    similarity: float


class Near(BaseModel):
    """An activity and its cosine with a theme."""

    activity: Activity
    similarity: float


class GapRow(BaseModel):
    """A theme others have: how much of it the region has, what others do, what comes nearest."""

    theme: Theme
    state: State
    shortfall: Shortfall
    evidence: tuple[Activity, ...]
    nearest: tuple[Near, ...]


class GapsAnswer(Versioned):
    """What a region leaves out, the largest shortfall first."""

    region: str
    version: str
    warning: str
    peers: tuple[Peer, ...]
    gaps: tuple[GapRow, ...]


class BasketRow(BaseModel):
    """A basket; times are UTC, ``size`` is how many activities it holds."""

    number: int
    name: str
    created: datetime
    changed: datetime
    size: int


class BasketsAnswer(Versioned):
    """Baskets."""

    baskets: tuple[BasketRow, ...]


class BasketAnswer(Versioned):
    """A basket with its activities; ``gone`` are the ids of those that no plan has any more."""

    basket: BasketRow
    activities: tuple[Activity, ...]
    gone: tuple[str, ...]


class Health(BaseModel):
    """That the server answers, and from what."""

    status: Literal["ok"] = "ok"
    activities: int
    generation: str


class AboutExport(BaseModel):
    """What an export was made from; ``version`` is that of regioplan."""

    query: str
    mode: Mode
    sort: Sort
    filters: Mapping[str, tuple[str, ...] | int]
    date: datetime
    version: str
    themes: str


class Exported(Record):
    """One exported hit."""

    rank: int
    score: float
    strength: str
    folded: int


class ExportAnswer(Versioned):
    """Every hit of a search, with what it takes to cite it."""

    about: AboutExport
    total: int
    hits: tuple[Exported, ...]


def shallow(record: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, values as they are."""
    return {f.name: getattr(record, f.name) for f in fields(record)}
