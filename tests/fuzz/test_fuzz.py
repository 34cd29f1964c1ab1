"""A few changed files for every reader; ``make fuzz`` goes on for as long as asked."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexes.engine import SearchIndex
from indexes.store import Contents
from nlp.errors import UsageError
from tests.fuzz import seeds
from tests.fuzz.targets import TARGETS

EXAMPLES = 40


@st.composite
def changed(draw: st.DrawFn, wholes: list[bytes]) -> bytes:
    """A seed with some of it replaced, taken out, put in, repeated or cut off."""
    content = draw(st.sampled_from(wholes))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        fresh = draw(st.one_of(st.binary(max_size=20), st.just(content[start:end] * 3)))
        content = content[:start] + fresh + (b"" if draw(st.booleans()) else content[end:])
    return content


@pytest.fixture(autouse=True)
def tagger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads are tagged with the tagger that the other tests have trained already."""
    if "name" in request.fixturenames and request.getfixturevalue("name").startswith("tag-"):
        contents: Contents = request.getfixturevalue("contents")
        monkeypatch.setattr(seeds, "tiny_tagger", lambda: contents.taggers[0])


@pytest.mark.parametrize("name", TARGETS)
def test_changed_files_are_read_or_refused_in_words(name: str) -> None:
    target = TARGETS[name]
    wholes = list(target.seeds())
    assert target.warm()

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(content=changed(wholes))
    def check(content: bytes) -> None:
        target(content)

    check()


@pytest.mark.parametrize("name", ["manifest-fields", "settings-fields"])
def test_every_field_with_every_odd_value(name: str) -> None:
    for where in range(24):
        for what in range(25):
            TARGETS[name](bytes([where, what]))


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(query=st.text(alphabet=st.characters(), max_size=200) | st.sampled_from(seeds.QUERIES))
def test_any_query_is_searched_or_refused(tiny_index: SearchIndex, query: str) -> None:
    try:
        hits = tiny_index.search(query)
    except UsageError:
        return
    assert all(0 <= hit.score <= 1 for hit in hits)
