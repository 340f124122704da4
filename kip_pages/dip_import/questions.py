"""What only the officer can say: questions that a file leaves open, and the answers to them."""

import dataclasses
import hashlib

from .vocabulary import Stated, plain


def question_key(sheet: str | None, section: str, said: str | None) -> str:
    """Return the key of the question which category a row has.

    It is asked once for each value of a column that is no category, else once for each section of a
    sheet that names none.
    """
    asked = ("value", plain(said)) if said is not None else ("section", sheet or "", plain(section))
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


@dataclasses.dataclass(frozen=True)
class Answers:
    """What the officer has confirmed of a file, as it is stored."""

    # Roles of columns, by key of the table.
    columns: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    # Categories, by key of the question.
    categories: dict[str, str] = dataclasses.field(default_factory=dict)
    with_hidden: bool = False

    @classmethod
    def from_json(cls, stored: dict) -> "Answers":
        return cls(
            stored.get("columns", {}),
            stored.get("categories", {}),
            stored.get("with_hidden", False),
        )

    def as_json(self) -> dict:
        return dataclasses.asdict(self)

    def category_of(self, question: str) -> Stated | None:
        answer = self.categories.get(question)
        return Stated(answer) if answer else None
