"""Whether two names mean one person."""

from __future__ import annotations

import pandas as pd
import pytest

from rules.people import people_in, refused, same_people, same_person

SAME = [
    ("Rania Haddad", "rania  HADDAD"),
    ("Rania Haddad", "Haddad, Rania"),
    ("Rania Haddad", "Haddad Rania"),
    ("Rania Haddad", "HADDAD Rania"),
    ("Rania Haddad", "Ms Rania Haddad"),
    ("Rania Haddad", "Dr. R. Haddad"),
    ("Rania Haddad", "Haddad, Ms Rania"),
    ("Rania Haddad", "Prof. Dr Rania Haddad, MSc"),
    ("Rania Haddad", "Rania Haddad (LIV)"),
    ("Rania Haddad", "Signed: Rania Haddad 28/09/2023"),
    ("Rania Haddad", "rania.haddad@cedarhill.example"),
    ("Rania Haddad", "R. Haddad"),
    ("Rania Haddad", "Haddad, R"),
    ("Rania Haddad", "Rania H."),
    ("Rania Haddad", "Rania M. Haddad"),
    ("Rania Haddad", "Rania Al Haddad"),
    ("Rania Haddad", "Rania Al-Haddad"),
    ("Rania El Haddad", "Rania Alhaddad"),
    ("Rania Haddad", "Rania Haddad-Nasser"),
    ("Yusuf Demir", "Y. Demir"),
    ("José Núñez", "Jose Nunez"),
    ("Siobhan O'Brien", "Siobhan OBrien"),
    ("Siobhan O’Brien", "S O'Brien"),
    ("Anne-Marie Dubois", "Annemarie Dubois"),
    ("Omar Al-Khatib", "AL KHATIB Omar"),
    ("John Paul Morgan", "JP Morgan"),
    ("Mohammed Ali Hassan", "Mohamed Hasan"),
    ("Jack Ma", "Ma, Jack"),
    ("RH", "R.H."),
    ("RH", "rh"),
    ("Rania", "rania"),
    ("T014", "t014"),
    ("د. رانيا حداد", "رانيا حداد"),
    ("السيدة رانيا حداد", "حداد، رانيا".replace("،", ",")),
]
DIFFERENT = [
    ("Rania Haddad", "Priya Nair"),
    ("Rania Haddad", "Samir Haddad"),
    ("Rania Haddad", "S. Haddad"),
    ("Rania Haddad", "Rania Mansour"),
    ("Rania Haddad", "Priya"),
    ("Rania Haddad", "Ms Nair"),
    ("Rania Haddad", "PN"),
    ("Rania Haddad", "RN"),
    ("Rania Haddad", "PNA"),
    ("Rania Haddad", "SW"),
    ("RH", "SW"),
    ("T014", "T015"),
    ("Rania", "Priya"),
    ("Omar Mohamed Ali Hassan", "Tariq Mohamed Ali Hassan"),
    ("رانيا حداد", "سمير منصور"),
]
CANNOT_BE_TOLD = [
    ("Rania Haddad", "Rania"),
    ("Rania Haddad", "Haddad"),
    ("Rania Haddad", "Ms Haddad"),
    ("Rania Haddad", "RH"),
    ("Rania Haddad", "R.H."),
    ("Rania Haddad", "HR"),
    ("Rania Haddad", "RHA"),
    ("Rania Haddad", "R"),
    ("Rania Haddad", "rhaddad"),
    ("Rania Haddad", "Rania Hadad"),
    ("Rania Haddad", "Ranya Haddad"),
    ("Rania Haddad", "T014"),
    ("Rania Haddad", "رانيا حداد"),
    ("Rania Haddad", "Lead IV"),
    ("Rania Haddad", "LIV"),
    ("Rania Haddad", "Yes"),
    ("Rania Haddad", "Lead Internal Verifier, signed"),
    ("Rania Haddad", ""),
    ("LIV", "LIV"),
    ("Sam Whitlock", "Samuel Whitlock"),
    ("Bill Evans", "William Evans"),
    ("Mr Haddad", "Mrs Haddad"),
    ("Mr R Haddad", "Mrs R Haddad"),
    ("Rania Maria Haddad", "Rania Samira Haddad"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_person(a: str, b: str) -> None:
    assert same_person(a, b) is True
    assert same_person(b, a) is True


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_people(a: str, b: str) -> None:
    assert same_person(a, b) is False
    assert same_person(b, a) is False


@pytest.mark.parametrize(("a", "b"), CANNOT_BE_TOLD)
def test_what_cannot_be_told(a: str, b: str) -> None:
    assert same_person(a, b) is None
    assert same_person(b, a) is None


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Rania Haddad", ("Rania Haddad",)),
        ("Haddad, Rania", ("Haddad, Rania",)),
        ("Al Haddad, Rania", ("Al Haddad, Rania",)),
        ("Rania Haddad, MSc", ("Rania Haddad",)),
        ("Rania Haddad / Priya Nair", ("Rania Haddad", "Priya Nair")),
        ("Rania Haddad & Priya Nair", ("Rania Haddad", "Priya Nair")),
        ("Rania Haddad and Priya Nair", ("Rania Haddad", "Priya Nair")),
        ("Rania Haddad, Priya Nair", ("Rania Haddad", "Priya Nair")),
        ("Rania Haddad, Priya Nair and Sam Whitlock", ("Rania Haddad", "Priya Nair", "Sam Whitlock")),
        ("Haddad, Rania; Nair, Priya", ("Haddad, Rania", "Nair, Priya")),
        ("Haddad, R., Nair, P.", ("Haddad, R.", "Nair, P.")),
        ("Rania, Priya, Sam", ("Rania", "Priya", "Sam")),
        ("Rania Haddad (LIV) 28/09/2023", ("Rania Haddad (LIV)",)),
        ("RH/PN", ("RH", "PN")),
        ("Alexandra Sand", ("Alexandra Sand",)),
        ("Lead IV", ()),
        ("Yes", ()),
        ("", ()),
    ],
)
def test_the_people_in_a_cell(cell: str, people: tuple[str, ...]) -> None:
    assert tuple(" ".join(person.split()) for person in people_in(cell)) == people


def test_columns_of_people() -> None:
    left = pd.Series(["Priya Nair", "P. Nair", "Sam Whitlock", "LIV", None, "PN"], index=[4, 7, 9, 2, 1, 0])
    right = pd.Series(["Rania Haddad / Priya Nair"] * 6, index=left.index)
    assert same_people(left, right).tolist() == [True, True, False, None, None, None]
    assert same_people(left, right).index.tolist() == left.index.tolist()
    assert same_people(left[:0], right[:0]).tolist() == []
    assert same_people(left[:1], right[:1]).eq(True).all()


def test_cells_that_say_that_nobody_did() -> None:
    no = ["No", "N", "Not authorised", "no - late", "Refused by LIV", "✗"]
    others = ["N. Abbas", "Noor Abbas", "Yes", "LIV", None]
    assert refused(pd.Series([*no, *others])).tolist() == [True] * len(no) + [False] * len(others)
