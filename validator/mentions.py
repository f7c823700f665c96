"""Where a text mentions a learner: the names of a tracker found in whatever way they are written, and made codes."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise, permutations
from typing import TYPE_CHECKING

from rules.people import is_no_name_alone
from schemas.specification import plain
from validator.fingerprints import learner_identity
from validator.reading.addresses import place, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.findings import People

CODE = re.compile(r"Learner_[0-9A-HJKMNP-TV-Z]{8}")
"""A code is one word, so that a sheet that is called by it needs no quotation marks."""
SEVERAL = "Learner_unclear"
"""Stands for part of a name that several learners have."""

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""Without I, L, O and U, which are misread or make words."""
_LONG_NUMBER = 5
"""From so many characters on, a registration number is one wherever it stands; a shorter one could be any number."""
_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june",
     "july", "august", "september", "october", "november", "december")
)  # fmt: skip
_BETWEEN = re.compile(r"[\s.,_'’`´-]{0,3}")
"""What may stand between the words of one name."""
_DIGITS = re.compile(f"[0-9]{{{_LONG_NUMBER},}}")


def code_of(identity: str) -> str:
    """Return the code for a registration number or a name, whichever way it is spelt."""
    digest = hashlib.sha256(f"btec-validator learner {learner_identity(identity) or identity}".encode()).digest()
    return f"Learner_{base64.b32encode(digest[:5]).decode().translate(_LETTERS)}"


def codes_of(learners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the code of each learner, a name and a registration number of which one may be blank.

    It is that of the registration number; of a name alone, that of the one number that it has elsewhere, or its own.
    """
    numbers: dict[str, set[str]] = defaultdict(set)
    for name, number in learners:
        numbers[learner_identity(name) or name] |= {_number_of(number)} - {""}
    codes = {}
    for name, number in learners:
        known = numbers[learner_identity(name) or name]
        codes[name, number] = code_of(_number_of(number) or (next(iter(known)) if len(known) == 1 else name))
    return codes


class Mentions:
    """The names of some learners, and what a text is that has codes in their place."""

    def __init__(self, people: People, beyond: Mentions | None = None) -> None:
        """Prepare for texts in which `people` may be mentioned in any way, and those `beyond` by their full names."""
        self._levels: tuple[Mentions, ...] = (self, beyond) if beyond else (self,)
        self._names: list[_Name] = []
        self._by_word: dict[str, list[_Name]] = defaultdict(list)
        self._numbers: dict[tuple[str, ...], str] = {}
        self._joined: dict[str, set[str]] = defaultdict(set)
        self._initialled: dict[str, set[str]] = defaultdict(set)
        self._literals: dict[str, str] = {}
        self._coded: dict[str, str] = {}
        codes: dict[str, set[str]] = defaultdict(set)
        for (name, number), code in codes_of(people.learners).items():
            codes[name].add(code)
            self._add_number(_words_of(number), code)
        for name, own in codes.items():
            self._add_name(name, own.pop() if len(own) == 1 else code_of(name))
        learners = {tuple(sorted(name.words.elements())) for name in self._names}
        staff = (_words_of(person) for person in people.staff)
        self._staff = [set(words) for words in staff if tuple(sorted(words)) not in learners]
        numbers = (("".join(words)[:length] for length in range(1, 5)) for words in self._numbers)
        self._beginnings = {*self._by_word, *self._joined, *self._initialled, *chain.from_iterable(numbers)}
        self._beginnings |= {words[0] for words in self._numbers}

    def coded(self, text: str) -> str:
        """Return a text with a code in the place of every learner that it mentions, and nothing else changed."""
        if text not in self._coded:
            self._coded[text] = self._rewritten(text)
        return self._coded[text]

    # ------------------------------------------------------------------ who there is

    def _add_number(self, words: tuple[str, ...], code: str) -> None:
        joined = "".join(words)
        if len(joined) >= _LONG_NUMBER and any(character.isdigit() for character in joined):
            self._numbers[words] = self._numbers[joined,] = code

    def _add_name(self, name: str, code: str) -> None:
        words = _words_of(name)
        gaps = pairwise(_word().finditer(name))
        in_one_piece = words and all(_BETWEEN.fullmatch(name, one.end(), other.start()) for one, other in gaps)
        if name and not in_one_piece:
            self._literals[name] = code
        for word in words:
            if word.isdigit():
                self._add_number((word,), code)
        if all(word.isdigit() for word in words):
            return
        low = frozenset(plain(match[0]) for match in _word().finditer(name) if match[0].islower())
        entry = _Name(Counter(words), code, low)
        self._names.append(entry)
        for word in entry.words:
            self._by_word[word].append(entry)
        for one, other in permutations(words[:6], 2):
            if len(other) > 2:
                self._initialled[one[0] + other].add(code)
                self._initialled[other + one[0]].add(code)
            if len(one + other) > _LONG_NUMBER:
                self._joined[one + other].add(code)
        if len(words) > 2:
            self._joined["".join(words)].add(code)

    # ------------------------------------------------------------------ texts

    def _rewritten(self, text: str) -> str:
        try:
            sheet, row, column = place(text)
        except ValueError:
            pass
        else:
            return reference(self.coded(sheet), row, column)
        for level in self._levels:
            for name, code in level._literals.items():
                text = text.replace(name, code)
        parts = re.split(f"({CODE.pattern})", text)
        return "".join(part if number % 2 else self._without_names(part) for number, part in enumerate(parts))

    def _without_names(self, text: str) -> str:
        words = [_Word(match.start(), match.end(), _one_word(match[0])) for match in _word().finditer(text)]
        told: list[str] = []
        end = number = 0
        while number < len(words):
            length, code = self._found(text, words, number)
            if length == len(words):
                return code
            if length:
                told += (text[end : words[number].start], code)
                end = words[number + length - 1].end
            number += length or 1
        return "".join((*told, text[end:]))

    def _found(self, text: str, words: Sequence[_Word], at: int) -> tuple[int, str]:
        """Return how many words from one on mention a learner, and the code for them; no words where they do not."""
        for level in self._levels:
            if not level._may_begin(words[at].plain):
                continue
            if found := level._number(text, words, at) or level._username(text, words[at]):
                return found
            for run in reversed([*level._runs(text, words, at)]):
                whole = [name for name in run.names if name.words == run.words]
                all_there_is = whole and run.length in (len(words), max(run.length, 2))
                if all_there_is or ((level is self or whole) and level._is_mention(text, words, at, run)):
                    return run.length, _code_of_one(whole or run.names)
        return 0, ""

    def _may_begin(self, word: str) -> bool:
        """Say whether a mention may begin with a word: nearly all words of a text are out at once."""
        letters = word.rstrip("0123456789")
        if word in self._beginnings or letters in self._beginnings or len(word) == 1:
            return True
        return len(word) - len(letters) >= _LONG_NUMBER or _DIGITS.search(word) is not None

    def _number(self, text: str, words: Sequence[_Word], at: int) -> tuple[int, str] | None:
        """Return how many words from one on are a registration number, and its code."""
        told: tuple[str, ...] = ()
        for number, word in enumerate(words[at : at + 4] if self._numbers else (), at):
            if told and not _BETWEEN.fullmatch(text, words[number - 1].end, word.start):
                break
            told = (*told, word.plain)
            if code := self._numbers.get(told) or self._numbers.get(("".join(told),)):
                return len(told), code
        digits = (self._numbers.get((part,)) for part in _DIGITS.findall(words[at].plain))
        return next(((1, code) for code in digits if code), None)

    def _username(self, text: str, word: _Word) -> tuple[int, str] | None:
        """Return the code for one word that is made of the words of a name: "noorabbas", "nabbas01", "abbas2024"."""
        letters = word.plain.rstrip("0123456789")
        codes = set(self._joined.get(letters, ()))
        if letters != word.plain or _is_joined(text, word):
            codes |= self._initialled.get(letters, set())
        if letters != word.plain and not self._is_of_staff({letters}):
            codes |= {name.code for name in self._by_word.get(letters, ()) if name.may_stand_as(letters)}
        if not codes:
            return None
        return 1, codes.pop() if len(codes) == 1 else SEVERAL

    def _runs(self, text: str, words: Sequence[_Word], at: int) -> Iterator[_Run]:
        """Yield the words from one on that belong to one name, one more each time, with the names that have them."""
        first = words[at]
        if len(first.plain) == 1 and text[first.start].isupper() and at + 1 < len(words):
            first = words[at + 1]
        names: Sequence[_Name] = self._by_word.get(first.plain, ())
        if not names:
            return
        told, initials = Counter[str](), Counter[str]()
        for number, word in enumerate(words[at:], at):
            if number > at and not _BETWEEN.fullmatch(text, words[number - 1].end, word.start):
                return
            longer = told + Counter([word.plain])
            if fitting := [name for name in names if longer <= name.words]:
                told = longer
            elif len(word.plain) == 1 and text[word.start].isupper():
                initials[word.plain] += 1
                fitting = [name for name in names if initials <= name.initials_without(told)]
            elif told and len(word.plain) > 2 and text[word.end : word.end + 1] in ("", "'", "!"):
                # Excel cuts the names of sheets off after 31 characters.
                fitting = [name for name in names if any(w.startswith(word.plain) for w in name.words - told)]
            names = fitting
            if not names:
                return
            if told:
                yield _Run(number - at + 1, told.copy(), names, bool(initials))

    def _is_mention(self, text: str, words: Sequence[_Word], at: int, run: _Run) -> bool:
        """Say whether part of a name, or a name of one word, mentions a learner here and is no other word."""
        told = set(run.words)
        if self._is_of_staff(told) and not run.has_initials:
            return False
        if len(told) > 1:
            return True
        (name,) = told
        word = next(word for word in words[at : at + run.length] if word.plain == name)
        beside = [words[number].plain for number in (at - 1, at + run.length) if 0 <= number < len(words)]
        if name in _MONTHS and any(other.isdigit() for other in beside):
            return False
        if not any(known.may_stand_as(name) for known in run.names):
            return False
        as_spelt = any(name in known.low for known in run.names)
        return as_spelt or not text[word.start].islower() or _is_joined(text, word)

    def _is_of_staff(self, words: set[str]) -> bool:
        return any(words <= person for person in self._staff)


# ---------------------------------------------------------------------- names and words


@dataclass(frozen=True)
class _Name:
    """The name of one learner as a tracker spells it."""

    words: Counter[str]
    code: str
    low: frozenset[str]
    """The words that the tracker spells in lower case."""

    def initials_without(self, words: Counter[str]) -> Counter[str]:
        """Return the first letters of its other words."""
        return Counter(word[0] for word in (self.words - words).elements())

    def may_stand_as(self, word: str) -> bool:
        """Say whether one word of it tells who is meant: not the "al" of Noor al-Abbas, nor "learner" of Learner 12."""
        numbered = any(part.isdigit() for part in self.words)
        return (
            len(word) > 1
            and not word.isdigit()
            and not is_no_name_alone(word)
            and not (numbered and len(self.words) > 1)
        )


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text."""

    start: int
    end: int
    plain: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of a text that follow each other and are of one name."""

    length: int
    words: Counter[str]
    """Without those that are initials, or cut off."""
    names: Sequence[_Name]
    """The names that have them all."""
    has_initials: bool


def _code_of_one(names: Sequence[_Name]) -> str:
    codes = {name.code for name in names}
    return codes.pop() if len(codes) == 1 else SEVERAL


def _number_of(text: str) -> str:
    return "".join(_words_of(text))


def _words_of(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (_one_word(match[0]) for match in _word().finditer(text))))


def _one_word(text: str) -> str:
    return plain(text).replace(" ", "")


def _is_joined(text: str, word: _Word) -> bool:
    """Say whether a word is part of a path, an address, a username or the name of a sheet."""
    before, after = text[: word.start][-2:], text[word.end :][:2]
    if before[-1:] in tuple("/\\_@") or after[:1] in tuple("/\\_@!") or after == "'!":
        return True
    linked = before[-1:] in ("-", ".") and before[:1].isalnum()
    return linked or (after[:1] in ("-", ".") and after[1:].isalnum())


@cache
def _word() -> re.Pattern[str]:
    """Return what a word is: letters and digits of any script, with the marks that some put above their letters."""
    marks = "".join(
        map(chr, filter(lambda code: unicodedata.category(chr(code)).startswith("M"), range(0x300, 0x20000)))
    )
    return re.compile(f"[^\\W_](?:[^\\W_]|[{re.escape(marks)}])*")
