"""The normalisers to choose from: each turns a user's text into words the voice can speak."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soprano_np.text.english.rewritten import Rewritten

Normalizer = Callable[[str], str]
Lexicon = Mapping[str, str] | str | PathLike[str]


@dataclass(frozen=True, eq=False)
class English:
    """The default normaliser: what an American reader would say, with a lexicon's words or none."""

    lexicon: Mapping[str, str] | None = None

    def __call__(self, text: str) -> str:
        """Return a text as it is spoken, with a mark at its end."""
        from soprano_np.text import english  # its tables, like the reference's, are slow to build

        return _with_stop(english.normalize(text, self.lexicon))

    def each(self, texts: Iterable[str]) -> list[str]:
        """Return each of some texts as it is spoken by itself; together they are read faster."""
        from soprano_np.text import english

        return list(map(_with_stop, english.normalize_each(texts, self.lexicon)))

    def rewrite(self, text: str) -> "Rewritten":
        """Return a text as it is spoken, and where each of its words was written."""
        from soprano_np.text import english

        return english.rewrite(text, self.lexicon)


def _with_stop(text: str) -> str:
    """End a text with a mark: the model was trained on sentences that have one."""
    text = text.rstrip(" ,\n")
    return text if not text or text[-1] in ".!?" else f"{text}."


def _reference(text: str) -> str:
    from soprano_np.text import reference

    return reference.normalize(text)


def _unchanged(text: str) -> str:
    return text


NORMALIZERS: dict[str, Normalizer] = {
    "default": English(),
    "none": _unchanged,
    "reference": _reference,
}


def choose_normalizer(normalizer: str | Normalizer, lexicon: Lexicon | None = None) -> Normalizer:
    """Find a normaliser by name, or take a function as it is.

    lexicon: how to say words, a mapping or a file (see lexicon.read_lexicon), for the default one.
    Raises ValueError for another name, a lexicon elsewhere or one that cannot be read.
    """
    if lexicon is not None:
        if normalizer != "default":
            raise ValueError("a lexicon goes with the default normalizer only")
        return _with_lexicon(lexicon)
    if not isinstance(normalizer, str):
        return normalizer
    if normalizer not in NORMALIZERS:
        names = ", ".join(NORMALIZERS)
        raise ValueError(f"normalizer must be a function or one of {names}: {normalizer!r}")
    return NORMALIZERS[normalizer]


def _with_lexicon(lexicon: Lexicon) -> English:
    from soprano_np.text.lexicon import read_lexicon

    return English(lexicon if isinstance(lexicon, Mapping) else read_lexicon(lexicon))
