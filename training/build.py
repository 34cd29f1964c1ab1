"""The whole way from a plans folder to a new index generation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexes.corrections import CorrectionLog
from indexes.record_log import RecordLog
from indexes.store import Contents, earlier_themes, write_generation, writer
from nlp import encoder as encoders
from nlp.abbreviations import read_abbreviations
from nlp.corpus import ParsedPlan, parse_plans, sentences
from nlp.encoder import Encoder
from nlp.errors import RegioplanError
from nlp.glossary import Concept, ConceptFinder, pseudo_sentences, read_glossary
from nlp.spelling import known_words
from training.contrastive import (
    Example,
    Settings,
    concept_examples,
    finish,
    meaning_examples,
)
from training.held_out import HeldOut
from training.pairs import Pair, read_pairs
from training.retrain import train_all
from training.subjects import Subject, read_subjects, subject_examples
from training.tagger import Language
from training.threads import one_thread

AGAIN = 4  # epochs over what the plans say, after those over everything
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    folder: Path
    activities: int
    plans: int
    tag_macro_f1: float


def build(
    plans: Path,
    data: Path,
    store: Path,
    encoder: str | None,
    progress: Progress = lambda _: None,
) -> Built:
    """Parse the plans, train what is not given, index, and swap the new generation in.

    :param data: the folder with ``glossary/`` and ``labels/``.
    :param encoder: a sentence-transformers model to use instead of training the default one.
    :raises RegioplanError: plans or labels cannot be read, another writer is at work, or the store
        cannot be written.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RegioplanError(
            f"a folder that can be written, {store}",
            error.strerror or type(error).__name__,
            "give another folder with --store",
        ) from None
    # From the first plan read on: one added meanwhile would be missing from what is built.
    with writer(store), one_thread():
        return _build(plans, data, store, encoder, progress)


def _build(plans: Path, data: Path, store: Path, encoder: str | None, progress: Progress) -> Built:
    parsed = parse_plans(plans, lambda plan: progress(f"reading {plan.title}"))
    concepts = read_glossary(data / "glossary")
    progress("loading the encoder" if encoder else "training the encoder")
    held_out = HeldOut.read(data / "labels")
    pairs = read_pairs(data / "training", held_out)
    if encoder:
        model = encoders.load(encoder)
    else:
        subjects = read_subjects(data / "training", held_out)
        model = train_encoder(parsed, concepts, pairs, subjects)
    progress("training the tagger")
    abbreviations = read_abbreviations(data / "glossary" / "abbreviations.tsv")
    language = Language(model, ConceptFinder(concepts), abbreviations)
    taggers, *_ = train_all(data / "labels", language, CorrectionLog(store), progress)
    progress("building the index and its themes")
    activities = RecordLog(store).applied(a for p in parsed for a in p.activities)
    contents = Contents(
        activities,
        model,
        concepts,
        taggers,
        own_encoder=encoder is None,
        facts={"plans": len(parsed)},
        abbreviations=abbreviations,
        themes=earlier_themes(store),
        spelling=known_words(
            [
                *(line.text for plan in parsed for line in plan.lines),
                *(" ".join(concept.terms) for concept in concepts),
                *(pair.wording for pair in pairs),
            ]
        ),
    )
    folder = write_generation(store, contents)
    macro = float(taggers[0].facts["out_of_fold"]["macro_f1"])
    return Built(folder, len(activities), len(parsed), macro)


def train_encoder(
    parsed: Sequence[ParsedPlan],
    concepts: Sequence[Concept],
    pairs: Sequence[Pair],
    subjects: Sequence[Subject] = (),
) -> Encoder:
    """The default encoder: co-occurrence in all texts, then what means the same is drawn together.

    What belongs to no plan is learned first: what comes last counts most, and that is how the plans
    at hand are worded.
    """
    texts = [s for p in parsed for s in sentences(p.lines)]
    texts += [a.text for p in parsed for a in p.activities]
    texts += [pair.wording for pair in pairs]
    texts += [text for subject in subjects for text in subject.texts]
    model = encoders.train(texts, pseudo_sentences(concepts))
    examples = [Example(pair.id, pair.wording, pair.activity) for pair in pairs]
    examples += concept_examples(concepts, Settings.wordings) + meaning_examples(concepts)
    finish(model, [*subject_examples(subjects), *examples])
    finish(model, examples, Settings(epochs=AGAIN))
    return Encoder(model, "own", encoders.fingerprint(model))
