from __future__ import annotations

import pytest

from nlp.errors import RegioplanError
from nlp.places import forms, municipalities, municipality_of, read_places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Cēsu novadā un Smiltenē atjaunotas skolas", ("Cēsis", "Smiltene")),
        ("Alūksnes un Gulbenes bānītis", ("Alūksne", "Gulbene")),
        ("Jēkabpilī, Daugavpilī un Saldū", ("Jēkabpils", "Daugavpils", "Saldus")),
        ("Limbažos un Balvos, Preiļu novads", ("Limbaži", "Balvi", "Preiļi")),
        ("Mazsalacā un Valkā, arī Mazsalacas pagastā", ("Mazsalaca", "Valka")),
        ("Rīgas ielas pārbūve Valmierā", ("Valmiera",)),
        ("Rīgas plānošanas reģions", ()),
        ("valka silta cepure", ()),
        ("", ()),
    ],
)
def test_places_are_found_in_any_case(text: str, places: tuple[str, ...]) -> None:
    assert municipalities([text]) == [places]


def test_old_municipalities_lead_to_todays() -> None:
    assert municipality_of("Mazsalaca") == "Valmiera"
    assert municipality_of("Cēsis") == "Cēsis"
    assert municipality_of("Atlantīda") is None


def test_every_old_place_belongs_to_a_listed_one() -> None:
    places = read_places()
    assert all(now in places for now, _ in places.values())


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(RegioplanError, match="Oslo"):
        forms("Oslo")
