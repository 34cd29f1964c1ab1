"""Transformers built here, tiny and untrained, take the road of hub models: no network needed."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes.engine import SearchIndex
from indexes.explain import explain
from indexes.store import Contents, write_generation
from nlp import encoder as encoders
from nlp import reranker
from nlp.encoder import Encoder
from nlp.errors import EncoderMismatch, RegioplanError
from nlp.glossary import ConceptFinder
from tests.conftest import CONCEPTS, tiny_labels
from training.tagger import Language, train_tagger

PROMPTS = {"query": "query: ", "document": "passage: "}


def write_bert(folder: Path, labels: int | None = None) -> None:
    """A BERT of two small layers with a vocabulary of letters."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        PreTrainedTokenizerFast,
    )

    folder.mkdir(parents=True)
    letters = [*string.ascii_lowercase, *string.digits]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *letters]
    vocabulary = [*words, *(f"##{letter}" for letter in letters)]
    vocab = {token: i for i, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(vocab=vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(str(folder))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
        num_labels=labels or 2,
    )
    model = BertForSequenceClassification(config) if labels else BertModel(config)
    model.save_pretrained(str(folder))


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    folder = tmp_path_factory.mktemp("hub")
    write_bert(folder / "bert")
    body = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[body, Pooling(32)], prompts=PROMPTS, device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


def test_a_transformer_with_prompts_serves_as_encoder(
    transformer: Path, contents: Contents, tmp_path: Path
) -> None:
    model = encoders.load(str(transformer))
    text = ["Skolu sadarbība"]
    assert not np.allclose(model.encode(text), model.encode(text, query=True))
    tagger = train_tagger(tiny_labels(), Language(model, ConceptFinder(CONCEPTS)))
    write_generation(
        tmp_path, replace(contents, encoder=model, taggers=[tagger], own_encoder=False)
    )
    index = SearchIndex.open(tmp_path)
    assert index.encoder.name == str(transformer)
    assert index.tokens is None
    hits = index.search("Daudzdzīvokļu māju siltināšana un energoefektivitātes uzlabošana")
    assert "Daudzdzīvokļu" in hits[0].activity.text
    found = explain(index, "siltināšana", hits[0].activity.id)
    assert found.words == ()
    assert "alignment" not in found.parts


def test_the_encoder_of_another_index_is_refused(
    transformer: Path, tiny_index: SearchIndex
) -> None:
    other: Encoder = encoders.load(str(transformer))
    with pytest.raises(EncoderMismatch, match="regioplan build"):
        encoders.require(other, tiny_index.encoder.fingerprint)


def test_a_reranker_orders_the_best_hits(tiny_index: SearchIndex, tmp_path: Path) -> None:
    write_bert(tmp_path / "cross", labels=1)
    second = replace(tiny_index, reranker=reranker.load(str(tmp_path / "cross")))
    plain, anew = tiny_index.search("siltināšana"), second.search("siltināšana")
    assert {h.activity.id for h in plain} == {h.activity.id for h in anew}
    by_length = replace(tiny_index, reranker=lambda _, texts: [-len(text) for text in texts])
    lengths = [len(h.activity.text) for h in by_length.search("siltināšana")]
    assert lengths == sorted(lengths)


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    for load in (encoders.load, reranker.load):
        with pytest.raises(RegioplanError, match="check the name"):
            load(str(tmp_path / "none"))
