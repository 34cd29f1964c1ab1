"""An optional second look: a cross-encoder reads the query and each of the best hits together.

None is shipped. Any ``sentence-transformers`` cross-encoder serves, from a folder or, where a hub
is at hand, by name; ``regioplan evaluate search --reranker NAME`` shows whether it earns its time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlp.encoder import read_model

Reranker = Callable[[str, Sequence[str]], Sequence[float]]


def load(name_or_path: str) -> Reranker:
    """A function that scores texts as answers to a query, higher is better.

    :raises RegioplanError: the model is not there or cannot be read.
    """
    from sentence_transformers import CrossEncoder

    model = read_model(CrossEncoder, name_or_path, "cross-encoder", "config.json")

    def score(query: str, texts: Sequence[str]) -> Sequence[float]:
        pairs = [(query, text) for text in texts]
        return [float(value) for value in model.predict(pairs, show_progress_bar=False)]

    return score
