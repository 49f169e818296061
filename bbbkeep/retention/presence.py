"""Whether a name or meeting_id says anything at all.  Pure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bbbkeep.retention.conditions import Attribute, Condition, text_fact, text_of
from bbbkeep.retention.facts import Facts, collapsed
from bbbkeep.retention.truth import Truth, known

if TYPE_CHECKING:
    from bbbkeep.retention.columns import Columns, Mask


@dataclass(frozen=True, slots=True)
class TextPresent(Condition):
    """Whether the name or meeting_id that the server told says anything."""

    word: ClassVar[str] = "text-present"
    attribute: Attribute
    present: bool

    def answer(self, text: str | None) -> Truth:
        return Truth.UNKNOWN if text is None else known(bool(collapsed(text)) is self.present)

    def truth(self, facts: Facts) -> Truth:
        return self.answer(text_of(self.attribute, facts))

    def mask(self, columns: "Columns") -> "Mask":
        return columns.attribute(self.attribute).mask(self.answer)

    def sentence(self) -> str:
        return f"{self.attribute} is {'not empty' if self.present else 'empty'}"

    def fact(self, facts: Facts) -> str:
        return text_fact(self.attribute, facts)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.attribute,)
