"""The tags of the indexed activities: what the models say, and what people decided instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
import numpy.typing as npt

from indexes.corrections import Correction, CorrectionLog
from indexes.records import KeyTable, key_of
from nlp.errors import UsageError
from nlp.records import Activity
from nlp.tagger import PRIORITIES, Tagger, decide, says_yes

Marks = tuple[tuple[str, ...], tuple[str, ...]]
Probabilities = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class TagState:
    """One label of one activity; ``person`` decided it, or the model where it is None."""

    label: str
    decision: str  # yes, no, review; borderline only from a person
    probability: float
    person: str | None


@dataclass(frozen=True, slots=True)
class Pending:
    """A label of an activity that waits for a person."""

    activity: Activity
    label: str
    probability: float
    distance: float  # from the label's threshold; the smallest is the least sure


@dataclass
class TagBoard:
    """Tags of all activities under every scheme; ``probabilities`` are ``(n, labels)`` each."""

    activities: Sequence[Activity]
    taggers: tuple[Tagger, ...]
    probabilities: Probabilities
    log: CorrectionLog
    texts: KeyTable  # rows by the key of their folded text

    def tagger(self, scheme: str = PRIORITIES) -> Tagger:
        """The tagger of a scheme.

        :raises UsageError: there is none.
        """
        for tagger in self.taggers:
            if tagger.scheme == scheme:
                return tagger
        raise UsageError.choice("scheme", scheme, (tagger.scheme for tagger in self.taggers))

    def states(self, row: int, scheme: str = PRIORITIES) -> tuple[TagState, ...]:
        """Every label of an activity, in the order of its scheme."""
        by_people = self.log.decided(self.activities[row].text, scheme)
        return self._states(row, self.tagger(scheme), by_people)

    def marks(self, row: int, by_people: Mapping[str, Correction]) -> Marks:
        """The horizontal priorities an activity has, and those of them that a person decided.

        :param by_people: what people decided on its text.
        """
        tagger = self.tagger()
        yes = tuple(compress(tagger.labels, self._held[tagger.scheme][row].tolist()))
        if not by_people:
            return yes, ()
        decided = {label: found.new == "yes" for label, found in by_people.items()}
        yes = tuple(label for label in tagger.labels if decided.get(label, label in yes))
        return yes, tuple(label for label in yes if label in decided)

    @cached_property
    def _held(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """Whether the models say yes, ``(n, labels)`` of each scheme."""
        return held(self.taggers, self.probabilities)

    def yes(self, row: int) -> tuple[str, ...]:
        """The horizontal priorities an activity has."""
        return tuple(state.label for state in self.states(row) if state.decision == "yes")

    def _states(
        self, row: int, tagger: Tagger, by_people: Mapping[str, Correction]
    ) -> tuple[TagState, ...]:
        out = []
        for k, (label, head) in enumerate(zip(tagger.labels, tagger.heads, strict=True)):
            value = float(self.probabilities[tagger.scheme][row, k])
            person = by_people.get(label)
            decision = person.new if person else decide(value, head)
            out.append(TagState(label, decision, value, person.person if person else None))
        return tuple(out)

    def mask(self, tag: str) -> npt.NDArray[np.bool_]:
        """Which activities have a tag: a label of any scheme, or ``scheme:label``.

        :raises UsageError: no scheme has it.
        """
        scheme, label = place_of(self.taggers, tag)
        tagger = self.tagger(scheme)
        k = tagger.labels.index(label)
        out = self._held[scheme][:, k].copy()
        for text in self.log.texts(scheme):
            rows = self.texts.rows(key_of(text))
            if len(rows):
                row = self.log.decided(text, scheme).get(label)
                if row is not None:
                    out[rows] = row.new == "yes"
        return out

    def pending(self, scheme: str = PRIORITIES, label: str | None = None) -> list[Pending]:
        """What waits for a person, the least sure first; equal texts once.

        :raises UsageError: no such scheme or label.
        """
        tagger = self.tagger(scheme)
        if label is not None and label not in tagger.labels:
            raise UsageError.choice("label", label, tagger.labels)
        out = []
        for k, (name, head) in enumerate(zip(tagger.labels, tagger.heads, strict=True)):
            if label not in (None, name):
                continue
            values = self.probabilities[scheme][:, k]
            unsure = np.flatnonzero((values >= head.low) & (values <= head.high))
            for row in np.intersect1d(unsure, self.texts.first).tolist():
                activity, value = self.activities[row], float(values[row])
                if name not in self.log.decided(activity.text, scheme):
                    distance = abs(value - head.threshold)
                    out.append(Pending(activity, name, value, distance))
        return sorted(out, key=lambda p: (p.distance, p.activity.id, p.label))

    def decide(
        self, text: str, label: str, new: str, person: str, *, scheme: str = PRIORITIES,
        note: str = "", activity: Activity | None = None,
    ) -> Correction:  # fmt: skip
        """Write down what a person decides on a label of a text; returns the row of the log.

        :raises UsageError: unknown scheme, label or decision, or no name.
        """
        tagger = self.tagger(scheme)
        if label not in tagger.labels:
            raise UsageError.choice("label", label, tagger.labels)
        before = self.log.decided(text, scheme).get(label)
        if before is not None:
            old = before.new
        else:
            k = tagger.labels.index(label)
            old = decide(float(tagger.probabilities([text])[0, k]), tagger.heads[k])
        return self.log.add(
            person=person, scheme=scheme, label=label, text=text, old=old, new=new, note=note,
            activity=activity.id if activity else None, region=activity.region if activity else "",
        )  # fmt: skip


def held(
    taggers: Iterable[Tagger], probabilities: Probabilities
) -> dict[str, npt.NDArray[np.bool_]]:
    """Whether the models say yes, ``(n, labels)`` of each scheme."""
    return {t.scheme: says_yes(probabilities[t.scheme], t.heads) for t in taggers}


def place_of(taggers: Sequence[Tagger], tag: str) -> tuple[str, str]:
    """Scheme and label of a tag: a label of any scheme, or ``scheme:label``.

    :raises UsageError: no scheme has it.
    """
    scheme, _, label = tag.rpartition(":")
    places = [
        (tagger.scheme, name)
        for tagger in taggers
        for name in tagger.labels
        if name == label and scheme in ("", tagger.scheme)
    ]
    if not places:
        known = [
            name if tagger.scheme == PRIORITIES else f"{tagger.scheme}:{name}"
            for tagger in taggers
            for name in tagger.labels
        ]
        raise UsageError.choice("tag", tag, known)
    return places[0]
