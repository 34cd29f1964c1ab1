"""An optional second look: a cross-encoder reads the query and each of the best hits together.

None is shipped. Any ``sentence-transformers`` cross-encoder serves, from a folder or, where a hub
is at hand, by name; ``regioplan evaluate search --reranker NAME`` shows whether it earns its time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nlp.errors import RegioplanError

Reranker = Callable[[str, Sequence[str]], Sequence[float]]


def load(name_or_path: str) -> Reranker:
    """A function that scores texts as answers to a query, higher is better.

    :raises RegioplanError: the model is not there or cannot be read.
    """
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name_or_path, device="cpu", trust_remote_code=False)
    except Exception as error:  # the libraries raise many kinds; a user needs one line
        raise RegioplanError(
            "a sentence-transformers cross-encoder (folder or hub name)",
            f"'{name_or_path}' ({type(error).__name__})",
            "give a folder that holds config.json, or check the name and the network",
        ) from None

    def score(query: str, texts: Sequence[str]) -> Sequence[float]:
        pairs = [(query, text) for text in texts]
        return [float(value) for value in model.predict(pairs, show_progress_bar=False)]

    return score
