"""What somebody typed, made something to search for: bounded, and without what says nothing."""

import re
from dataclasses import dataclass

# Characters and words that are looked at: nobody types more, and each costs the database something.
LONGEST = 200
MOST_TERMS = 10
# The search index keeps them, but a question is not meant to fail for one of them.
_SAY_NOTHING = frozenset(
    "a an and apa atau bagaimana dalam dan dari dengan di for from in itu ini ke of on oleh or pada para "
    "saya the to untuk with yang".split()
)
_PHRASE_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_SAYS_SOMETHING = re.compile(r"[^\W_]")
# Between letters only: the database reads "2023-2024" and "12/SK/2026" as one.
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))


@dataclass(frozen=True)
class Term:
    """One word, or several that are to stand side by side."""

    text: str
    is_phrase: bool = False


@dataclass(frozen=True)
class Words:
    """``text`` is what the reader is shown again; without ``terms`` there is nothing to search for."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    is_cut: bool = False

    @classmethod
    def of(cls, typed: str) -> "Words":
        """Read whatever was typed; there is nothing that cannot be read."""
        text = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
        shown = text[:LONGEST].strip()
        terms = list(_terms(_HYPHEN.sub(" ", shown.translate(_QUOTES))))
        meant = [t for t in terms if t.is_phrase or t.text.lower() not in _SAY_NOTHING] or terms
        is_cut = len(text) > LONGEST or len(meant) > MOST_TERMS
        return cls(shown, tuple(meant[:MOST_TERMS]), is_cut)

    def __bool__(self):
        return bool(self.terms)

    def replacing(self, meant: dict[str, str]) -> str:
        """Return the text with other words in the place of those that ``meant`` names."""
        text = self.text
        for word, other in meant.items():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _match, o=other: o, text)
        return text


def _terms(text):
    for phrase, word in _PHRASE_OR_WORD.findall(text):
        found = phrase.strip() or word
        if _SAYS_SOMETHING.search(found):
            yield Term(found, is_phrase=" " in found)
