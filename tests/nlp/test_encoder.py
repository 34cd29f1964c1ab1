from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp import encoder as encoders
from nlp.encoder import Encoder
from nlp.errors import RegioplanError


def test_plain_sentence_transformers_loads_what_was_saved(encoder: Encoder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoders.save(encoder.model, tmp_path)
    again = SentenceTransformer(str(tmp_path))
    texts = ["Ēku siltināšana", "pieredzes apmaiņa"]
    np.testing.assert_allclose(
        again.encode(texts, normalize_embeddings=True), encoder.encode(texts), atol=1e-6
    )
    assert encoders.load(str(tmp_path)).fingerprint == encoder.fingerprint


def test_vectors_are_unit_and_empty_text_is_zero(encoder: Encoder) -> None:
    vectors = encoder.encode(["Ēku siltināšana", "", "☃"])
    assert vectors.shape == (3, encoder.dimension)
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)
    assert not vectors[1].any()
    assert not vectors[2].any()
    assert not encoder.encode([""]).any()


def test_training_twice_gives_the_same_weights() -> None:
    texts = ["ēku siltināšana un renovācija", "ceļu remonts novadā", "ēku renovācija novadā"]
    prints = {encoders.fingerprint(encoders.train(texts, dimension=8)) for _ in range(2)}
    assert len(prints) == 1


def test_synonyms_come_close_through_pairs() -> None:
    texts = ["daudzdzīvokļu māju siltināšana", "ceļu remonts", "ēku renovācija", "skolu tīkls"] * 3
    model = encoders.train(texts, ["siltināšana insulation"] * 3, dimension=16)
    made = Encoder(model, "own", "x")
    query, near, far = made.encode(["insulation", "siltināšana", "skolu tīkls"])
    assert query @ near > query @ far


def test_missing_model_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RegioplanError, match="sentence-transformers model"):
        encoders.load(str(tmp_path / "nothing"))


def test_too_little_text_is_refused() -> None:
    with pytest.raises(RegioplanError, match="at least two sentences"):
        encoders.train(["viens"])


@pytest.mark.parametrize("text", ["Ēku siltināšana, siltināšana un ceļi", "☃", "", "qzx ēka"])
def test_a_query_alone_has_the_vector_of_the_library(encoder: Encoder, text: str) -> None:
    np.testing.assert_allclose(
        encoder.of_query(text), encoder.encode([text], query=True)[0], atol=1e-6
    )


def test_what_else_the_library_does_to_a_query_is_done(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize

    layered = Encoder(SentenceTransformer(modules=[encoder.model[0], Normalize()]), "layered", "x")
    prompted = Encoder(
        SentenceTransformer(modules=[encoder.model[0]], prompts={"query": "tūrisma maršruti: "}),
        "prompted",
        "x",
    )
    plain = encoder.of_query("ēku siltināšana")
    np.testing.assert_allclose(layered.of_query("ēku siltināšana"), plain, atol=1e-6)
    said = prompted.of_query("ēku siltināšana")
    assert not np.allclose(said, plain, atol=1e-2)
    np.testing.assert_allclose(
        said, encoder.of_query("tūrisma maršruti: ēku siltināšana"), atol=1e-6
    )
