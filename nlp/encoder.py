"""The encoder: always a ``SentenceTransformer``; the default one is trained from the plans.

No model hub can be assumed, and random initialisation fails at this corpus size, so the default is
a static embedding: PPMI over sentence co-occurrence with context smoothing (Levy, Goldberg and
Dagan 2015), factorised by a truncated SVD, each token row scaled by its SIF weight (Arora et al.
2017). Mean pooling then makes a text vector an exact sum over its tokens, which is what lets the
search explain itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from nlp.alignment import TokenVectors
from nlp.errors import EncoderMismatch, RegioplanError
from nlp.normalise import normalise, normalizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Model = TypeVar("Model")
FloatArray = npt.NDArray[np.float32]

DIMENSION = 256
VOCABULARY = 18_000
WHOLE_WORDS = 0.8  # share of the vocabulary; the rest are pieces for words not in it
LONGEST_PIECE = 8
SMOOTHING = 0.75
SIF = 1e-3
SEED = 13
BATCH = 256


@dataclass(frozen=True)
class Encoder:
    """A sentence-transformers model with its name, prompts and fingerprint."""

    model: SentenceTransformer
    name: str
    fingerprint: str

    @cached_property
    def tokens(self) -> TokenVectors | None:
        """The token vectors of a static model, else None."""
        return TokenVectors.of(self.model)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> FloatArray:
        """Unit vectors, ``(len(texts), dimension)`` float32; zeros where no token is known."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        encode = self.model.encode_query if query else self.model.encode_document
        vectors = encode(
            list(texts),
            batch_size=BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))

    def of_query(self, text: str) -> FloatArray:
        """The unit vector of one query, ``(dimension,)``, as :meth:`encode` gives it.

        Where it is the plain sum of some rows it is added up here: the library takes ten times as
        long to get ready for a single text.
        """
        if self.tokens is None or len(self.model) > 1 or self.model.prompts.get("query"):
            return np.asarray(self.encode([text], query=True)[0])
        total = self.tokens.rows[self.tokens.said(text)].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-12), dtype=np.float32)


def train_tokenizer(texts: Sequence[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """A WordPiece tokenizer: the commonest normalised words, and pieces for all the others.

    The vocabulary is chosen here, as the library's trainer breaks ties at random: words that occur
    at least twice, then word beginnings and continuations by the letters they cover, then single
    letters. The same texts give the same vocabulary.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Counter(stem for text in texts for stem in _words(text))
    common = [w for w, n in sorted(words.items(), key=lambda item: (-item[1], item[0])) if n > 1]
    letters = sorted({letter for word in words for letter in word})
    room = max(0, vocabulary - 1 - 2 * len(letters))
    chosen = common[: int(room * WHOLE_WORDS)]
    taken = set(chosen)
    chosen += [p for p in _pieces(words) if p not in taken][: room - len(chosen)]
    tokens = sorted({*chosen, *letters, *(f"##{letter}" for letter in letters)})
    vocab = {token: i for i, token in enumerate(["<unk>", *tokens])}
    tokenizer = Tokenizer(
        models.WordPiece(vocab=vocab, unk_token="<unk>", max_input_chars_per_word=60)  # noqa: S106
    )
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation("removed")]
    )
    return tokenizer


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", normalise(text))


def _pieces(words: Counter[str]) -> list[str]:
    """Beginnings of words and, marked '##', what may follow them; most letters covered first."""
    covered: Counter[str] = Counter()
    for word, count in words.items():
        for length in range(2, min(len(word), LONGEST_PIECE) + 1):
            covered[word[:length]] += count * length
        for start in range(2, len(word)):
            for end in range(start + 2, min(len(word), start + LONGEST_PIECE) + 1):
                covered[f"##{word[start:end]}"] += count * (end - start)
    return [p for p, _ in sorted(covered.items(), key=lambda item: (-item[1], item[0]))]


def token_rows(
    tokenizer: Tokenizer, texts: Sequence[str], weights: Sequence[float], dimension: int
) -> FloatArray:
    """PPMI-SVD rows with SIF weights, ``(vocabulary, dimension)``; the ``<unk>`` row is zero.

    :param weights: how much each text counts in the co-occurrence (1 for plan sentences).
    """
    import scipy.sparse as sp
    from sklearn.decomposition import TruncatedSVD

    size = tokenizer.get_vocab_size()
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    rows = [np.unique(np.asarray(e.ids, dtype=np.int64)) for e in encodings]
    lengths = np.asarray([len(r) for r in rows])
    columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    # A long sentence must not outweigh many short ones: each spreads one unit over its pairs.
    scale = np.asarray(weights) / np.maximum(lengths - 1, 1)
    incidence = sp.csr_matrix(
        (np.ones(len(columns)), columns, np.concatenate([[0], np.cumsum(lengths)])),
        shape=(len(rows), size),
    )
    pairs = (incidence.T @ sp.diags(scale) @ incidence).tocoo()
    total = np.asarray(pairs.sum(axis=1)).ravel()
    context = total**SMOOTHING
    context /= max(context.sum(), 1e-12)
    word = total / max(total.sum(), 1e-12)
    joint = pairs.data / max(pairs.data.sum(), 1e-12)
    pmi = np.log(np.maximum(joint / (word[pairs.row] * context[pairs.col]), 1e-12))
    positive = pmi > 0
    ppmi = sp.csr_matrix(
        (pmi[positive], (pairs.row[positive], pairs.col[positive])), shape=(size, size)
    )
    keep = min(dimension, size - 1)
    svd = TruncatedSVD(n_components=keep, algorithm="randomized", n_iter=7, random_state=SEED)
    vectors = svd.fit_transform(ppmi) / np.sqrt(np.maximum(svd.singular_values_, 1e-9))
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.maximum(norms, 1e-9)
    counts = np.zeros(size)
    for encoding in encodings:
        np.add.at(counts, encoding.ids, 1)
    frequency = counts / max(counts.sum(), 1)
    sif = SIF / (SIF + frequency)
    out = np.zeros((size, dimension), dtype=np.float32)
    out[:, :keep] = vectors * sif[:, None]
    unknown = tokenizer.token_to_id("<unk>")
    if unknown is not None:
        out[unknown] = 0
    return out


def train(
    texts: Sequence[str],
    pairs: Sequence[str] = (),
    *,
    dimension: int = DIMENSION,
    vocabulary: int = VOCABULARY,
    pair_weight: float = 3.0,
) -> SentenceTransformer:
    """Train the default encoder.

    :param texts: sentences of the plans.
    :param pairs: pseudo-sentences of the glossary, which bring synonyms and English together.
    :param pair_weight: how many sentences one pseudo-sentence counts as.
    :raises RegioplanError: too little text to learn from.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    if len(texts) < 2:
        raise RegioplanError("at least two sentences", f"{len(texts)}", "add plans with more text")
    everything = [*texts, *pairs]
    tokenizer = train_tokenizer(everything, vocabulary)
    weights = [1.0] * len(texts) + [pair_weight] * len(pairs)
    rows = token_rows(tokenizer, everything, weights, dimension)
    return SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=rows)], device="cpu"
    )


def save(model: SentenceTransformer, folder: Path) -> None:
    """Write a model as safetensors and JSON, without the card that would ask for a hub."""
    model.save(str(folder), safe_serialization=True, create_model_card=False)


def load(name_or_path: str) -> Encoder:
    """Load any sentence-transformers model from a folder or, where a hub is at hand, by name.

    :raises RegioplanError: the model is not there or cannot be read.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(max(1, torch.get_num_threads()))
    model = read_model(SentenceTransformer, name_or_path, "model", "modules.json")
    return Encoder(model, name_or_path, fingerprint(model))


def read_model(kind: Callable[..., Model], name_or_path: str, what: str, holds: str) -> Model:
    """A model of the sentence-transformers library, on the CPU and without code of its own.

    :param kind: class of the model.
    :param what: what it is called in an error.
    :param holds: file by which its folder is known.
    :raises RegioplanError: the model is not there or cannot be read.
    """
    try:
        return kind(name_or_path, device="cpu", trust_remote_code=False)
    except Exception as error:  # the libraries raise many kinds; a user needs one line
        raise RegioplanError(
            f"a sentence-transformers {what} (folder or hub name)",
            f"'{name_or_path}' ({type(error).__name__})",
            f"give a folder that holds {holds}, or check the name and the network",
        ) from None


def fingerprint(model: Any) -> str:
    """sha256 over the tokenizer and the weights: what decides whether vectors are comparable."""
    digest = hashlib.sha256()
    tokenizer = model.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    digest.update(json.dumps(json.loads(backend.to_str()), sort_keys=True).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()


def require(encoder: Encoder, expected: str) -> None:
    """Refuse an encoder that did not make the stored vectors.

    :raises EncoderMismatch: the fingerprints differ.
    """
    if encoder.fingerprint != expected:
        raise EncoderMismatch(
            f"the encoder with fingerprint {expected[:12]}",
            f"{encoder.name} with fingerprint {encoder.fingerprint[:12]}",
            "run 'regioplan build' with this encoder, or use the one the index was built with",
        )
