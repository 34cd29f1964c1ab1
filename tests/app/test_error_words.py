"""The Latvian of errors against the source: every error a page can show has its words."""

from __future__ import annotations

import ast
import errno
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from app import cards, error_words
from app.error_words import EXPECTED, FOUND, NEXT, SYSTEM, in_latvian, patterns
from app.i18n import translator
from indexes.facets import FACETS
from nlp import errors
from nlp.errors import PlanError, RegioplanError, UsageError

ROOT = Path(error_words.__file__).parents[1]
FAMILY = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, RegioplanError)
}
# The only names that reach the page and stand in a variable where the error is raised.
VARIABLES = {"a {} out of {}": FACETS, "a {} of the plan": ("title", "period")}
PARTS = {"expected": EXPECTED, "found": FOUND, "next_step": NEXT}


def modules() -> list[Path]:
    """What runs behind the page, apart from the commands and the interface for programs."""
    single = ("app/batch.py", "app/plan_tab.py", "training/add.py", "training/figures.py")
    commands = {
        "bulk.py",
        "record_file.py",
        "milvus",
        "user_check.py",
    }  # nothing else reaches these
    folders = (path for name in ("nlp", "indexes") for path in (ROOT / name).rglob("*.py"))
    inner = (path for path in folders if not commands & {path.name, path.parent.name})
    return [*(ROOT / name for name in single), *inner]


def texts(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[str]:
    """The templates an argument can be; what is no text of ours is a value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts(value, names)
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body, names), *texts(node.orelse, names))
    elif isinstance(node, ast.Name) and node.id in names:
        yield from texts(names[node.id], names)


def raised(source: str, makers: Collection[str] = FAMILY) -> dict[str, set[str]]:
    """The templates of all errors of a module, by part.

    :param makers: names of what makes errors.
    """
    tree = ast.parse(source)
    names = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in makers:
            for part, argument in zip(PARTS, node.args, strict=False):
                found[part] |= set(texts(argument, names))
        elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "UsageError.choice":
            what = next(iter(texts(node.args[0], {})), "{}")
            found["expected"].add(f"a {what} out of {{}}")
    return found


def all_raised() -> dict[str, set[str]]:
    """The templates of all modules; where a name stands in a variable, one for each of them."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        makers = {*FAMILY, "cls"} if path.name == "errors.py" else FAMILY
        for part, templates in raised(path.read_text(encoding="utf-8"), makers).items():
            found[part] |= templates
    for template, values in VARIABLES.items():
        assert template in found["expected"]
        found["expected"] |= {template.replace("{}", value, 1) for value in values}
    found["expected"].discard("a {} of the plan")
    return found


def says_something(template: str) -> bool:
    return bool(re.search(r"[^\W\d]", template.replace("{}", "")))


@pytest.mark.parametrize("part", PARTS)
def test_every_error_behind_the_page_has_latvian_words_and_no_words_are_left_over(
    part: str,
) -> None:
    wanted = {template for template in all_raised()[part] if says_something(template)}
    assert len(wanted) > 30
    known = {template for template in PARTS[part] if says_something(template)}
    assert wanted - known == set()
    assert known - wanted == set()


def test_the_walk_sees_every_way_an_error_is_written() -> None:
    source = """
step = f"run {x}"
def f():
    raise PlanError(f"a {name}", a or "none", step)
    raise UsageError("a", "b" if c else "d", "e")
    raise UsageError.choice("tag", v, known)
"""
    assert raised(source) == {
        "expected": {"a {}", "a", "a tag out of {}"},
        "found": {"none", "b", "d"},
        "next_step": {"run {}", "e"},
    }


@pytest.mark.parametrize("words", [*PARTS.values(), SYSTEM])
def test_templates_carry_the_same_values(words: dict[str, str]) -> None:
    for template, latvian in words.items():
        values = [f"<{n}>" for n in range(template.count("{}"))]
        said = latvian.format(*values)
        assert sorted(re.findall(r"<\d>", said)) == values, template
        assert "{" not in said


def test_words_of_the_operating_system_are_its_own() -> None:
    assert set(SYSTEM) <= {os.strerror(number) for number in errno.errorcode}


def test_parts_are_put_into_latvian_with_their_values() -> None:
    error = UsageError.choice("region", "Mars", ["Latgale", "Zemgale"])
    assert in_latvian(error) == (
        "jānorāda viens no reģioniem: Latgale, Zemgale",
        "norādīts „Mars”",
        "Izvēlieties kādu no nosauktajām vērtībām",
    )
    error = UsageError("a column 'text' in X in Y.csv", "nr, teksts", "Kaut kas cits")
    assert in_latvian(error) == (
        "datnē X in Y.csv vajadzīga kolonna „text”",
        "nr, teksts",
        "Kaut kas cits",
    )
    assert in_latvian(PlanError("a plan", "Permission denied", "x"))[1] == "nav tiesību"


def test_the_template_with_most_words_of_its_own_wins_and_a_value_may_be_anything() -> None:
    known = patterns({"run '{}'": "a {}", "run 'x {}'": "b {}", "{} z": "c {}"})
    first = next(text for pattern, text in known if pattern.fullmatch("run 'x 1'"))
    assert first == "b {}"
    odd = PlanError("a plan", "a {0}\n{x}.pdf is damaged", "split it")
    assert in_latvian(odd)[1] == "datne a {0}\n{x}.pdf ir bojāta"


def test_the_page_says_it_in_its_language_and_the_command_line_in_english() -> None:
    error = PlanError("a PDF with text", "a.pdf is damaged", "run 'regioplan build' again")
    assert cards.failed(error, translator("lv")) == (
        "Neizdevās: vajadzīgs PDF, kurā ir teksts; datne a.pdf ir bojāta. "
        "Lūdziet lapas uzturētāju izveidot indeksu no jauna (regioplan build)."
    )
    english = "Failed: a PDF with text; a.pdf is damaged. run 'regioplan build' again."
    assert cards.failed(error, translator("en")) == english
    assert "damaged" in str(error)


def test_an_entry_begins_as_its_place_in_the_sentence_asks() -> None:
    begun = [*EXPECTED.values(), *FOUND.values(), *SYSTEM.values()]
    assert not [word for word in begun if word[0].isupper() and word[1].islower()]
    assert not [word for word in NEXT.values() if word[0].islower() or word.endswith(".")]
