"""The families of qualifications, by the names that centres write."""

from __future__ import annotations

import pytest

from rules.edition import family_of

FAMILIES = {
    "international-level-3-2020": [
        "Pearson BTEC International Level 3 Subsidiary Diploma in Information Technology (2020)",
        "Pearson BTEC International Level 3 Foundation Diploma in Business (2020)",
        "BTEC Int L3 Ext Dip Business (2020)",
        "BTEC Int'l L3 Sub Dip IT",
        "BTEC Intl. Lvl 3 Certificate in Sport",
        "BTEC L3 International Engineering, 2023-24",
        "BTEC (International) Level 3 Diploma – Art & Design",
        "BTEC Level 3 Extended Diploma (International) in IT",
        "BTEC International Extended Diploma in Computing",
        "Pearson BTEC International Level 3 Extended Diploma in IT, first year, 2010-11 building",
        "BTEC INTERNATIONAL LEVEL III DIPLOMA IN HEALTH AND SOCIAL CARE",
        "BTEC International L3 Business, September 2022 intake",
    ],
    "international-applied-science-2020": [
        "Pearson BTEC International Level 2 Award in Applied Science 2020",
        "BTEC Intl L2 Applied Science",
        "BTEC Level 2 Extended Certificate in Applied Science (2020)",
    ],
    "international-art-design-2021": [
        "BTEC Intl L2 Art & Design",
        "Pearson BTEC International Level 2 Certificate in Art and Design (2021)",
        "BTEC Level 2 Art & Design 2021",
    ],
    "nationals-2010": [
        "BTEC Level 3 National Extended Diploma (2010)",
        "Pearson BTEC Level 3 90-credit Diploma in IT (QCF)",
        "Edexcel BTEC Level 3 Subsidiary Diploma in Business (QCF)",
        "BTEC 2010 Nationals (Legacy)",
        "BTEC L3 National Dip. in Engineering (QCF)",
        "Legacy BTEC National Diploma",
        "BTEC Level 3 90 credit Diploma in Sport",
    ],
    "firsts-2010": [
        "BTEC Level 2 First Diploma in Business (2010)",
        "BTEC 2010 Firsts",
        "BTEC First Certificate in Media (QCF)",
        "BTEC Level 2 Extended Certificate in Sport (QCF)",
        "BTEC Level 2 Extended Certificate in Applied Science (2010)",
        "Legacy L2 Firsts",
    ],
    "firsts-2012": [
        "BTEC L1/L2 First Award in Sport",
        "Pearson BTEC Level 1/Level 2 First Certificate in Business",
        "BTEC Level 1/2 Firsts",
        "BTEC Levels 1 & 2 First Award in Applied Science 2020-21",
        "BTEC First Award in Art and Design",
        "BTEC Firsts (2012)",
    ],
    "introductory-2016": [
        "BTEC Level 1 Introductory Diploma in Business",
        "Pearson BTEC Entry Level 3 Introductory Award in Vocational Studies",
        "BTEC Introductory Suite (2016)",
        "BTEC Level 1 Certificate in Vocational Studies (from 2016)",
    ],
    "higher-national": [
        "BTEC Level 5 HND",
        "Pearson BTEC Level 4 Higher National Certificate in Computing",
        "BTEC Higher Nationals",
        "BTEC International Level 5 HND in Business",
    ],
    "sqa": ["BTEC Level 3 Diploma in Engineering (SQA accredited)"],
    "specialist": ["BTEC Level 3 Specialist Certificate in Pool Plant", "BTEC Specialist Level 2 (QCF)"],
    "psd-workskills": [
        "BTEC Level 1 Award in WorkSkills",
        "BTEC Work Skills",
        "BTEC Entry Level PSD",
        "BTEC Personal and Social Development Level 1",
        "BTEC Skilled for Life",
    ],
    "entry-legacy": ["BTEC Entry Level Award (legacy)"],
    "level-1-legacy": ["BTEC Level 1 Certificate in Sport (legacy)", "BTEC L1 Diploma (ungraded)"],
}

UNKNOWN = [
    "Business",
    "BTEC",
    "BTEC Level 3",
    "BTEC Level 3 National Extended Diploma",
    "BTEC Level 3 National Extended Diploma (2016)",
    "Pearson BTEC Level 3 National Extended Diploma in IT (RQF) 2016",
    "BTEC Level 3 Subsidiary Diploma in Business",
    "BTEC Level 3 Certificate in Conservation (QCF)",
    "BTEC Level 3 National Diploma in International Business",
    "Cedar International College: BTEC Level 3 Diploma in Business",
    "BTEC Level 2 Technical Diploma in Art & Design, 2021 cohort",
    "BTEC Level 2 First Diploma in Business",
    "BTEC Level 2 Applied Science, 2020-21",
    "BTEC Level 2 Applied Science, cohort 2020",
    "BTEC International Level 2 Award in Business",
    "BTEC Level 1/2 Tech Award in Sport",
    "BTEC Level 1 Certificate in Sport (2010)",
    "BTEC Level 2 Award in Health (QCF)",
    "BTEC Level 3 National Diploma, 2010-11",
]


@pytest.mark.parametrize(("family", "name"), [(f, n) for f, names in FAMILIES.items() for n in names])
def test_a_name_that_tells_its_family(family: str, name: str) -> None:
    found = family_of(name)
    assert found is not None
    assert found.id == family


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_name_that_could_mean_several_families_means_none(name: str) -> None:
    assert family_of(name) is None


def test_each_family_is_told_by_some_name_and_allows_what_the_guide_says() -> None:
    allowed = {family: family_of(names[0]) for family, names in FAMILIES.items()}
    assert {family: found.second_chance for family, found in allowed.items() if found and found.covered} == {
        "international-level-3-2020": "re-sit",
        "international-applied-science-2020": "re-sit",
        "international-art-design-2021": "re-sit",
        "nationals-2010": "retake",
        "firsts-2010": "retake",
        "firsts-2012": "none",
        "introductory-2016": "retake",
    }
    assert {family for family, found in allowed.items() if found and not found.covered} == {
        "higher-national", "sqa", "specialist", "psd-workskills", "entry-legacy", "level-1-legacy",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "level", "family"),
    [
        ("BTEC International Diploma in IT", "3", "international-level-3-2020"),
        ("BTEC International Diploma in IT", "Level 3", "international-level-3-2020"),
        ("BTEC International Certificate in Applied Science", "L2", "international-applied-science-2020"),
        ("BTEC First in Sport", "Level 1/2", "firsts-2012"),
        ("BTEC Business", "5", "higher-national"),
        ("BTEC International Level 3 Diploma in IT", "4", "international-level-3-2020"),
        ("BTEC International Diploma in IT", "2", None),
        ("BTEC International Diploma in IT", "", None),
        ("Business", "3", None),
    ],
)
def test_the_level_counts_where_the_name_tells_none(name: str, level: str, family: str | None) -> None:
    found = family_of(name, level)
    assert (found.id if found else None) == family
