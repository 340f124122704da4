"""What only the officer can say: questions that a file leaves open, and the answers to them."""

import dataclasses
import hashlib

from .vocabulary import plain


def question_key(sheet: str | None, section: str, said: str | None) -> str:
    """Return the key of the question which category a row has.

    It is asked once for each value of a column that is no category, else once for each section of a
    sheet that names none.
    """
    asked = ("value", plain(said)) if said else ("section", sheet or "", plain(section))
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


# An answer beside the categories: these rows stay out.
LEFT_OUT = "left_out"


@dataclasses.dataclass(frozen=True)
class Answers:
    """What the officer has confirmed of a file, as it is stored."""

    # Roles of columns, by key of the table.
    columns: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    # Categories, by key of the question.
    categories: dict[str, str] = dataclasses.field(default_factory=dict)
    # The category of what states none; never of what states something that is none.
    otherwise: str = ""
    with_hidden: bool = False

    @classmethod
    def from_json(cls, stored: dict) -> "Answers":
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def as_json(self) -> dict:
        return dataclasses.asdict(self)

    def to(self, question: str, said: str) -> str:
        """Return the answer to a question, or what stands in where nothing is said at all."""
        return self.categories.get(question, "") or ("" if said else self.otherwise)
