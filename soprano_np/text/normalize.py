"""The normalisers to choose from: each turns a user's text into words the voice can speak."""

from collections.abc import Callable

from soprano_np.text import reference


def _default(text: str) -> str:
    from soprano_np.text import english  # its tables take a while to build

    return english.normalize(text)


def _unchanged(text: str) -> str:
    return text


NORMALIZERS: dict[str, Callable[[str], str]] = {
    "default": _default,
    "none": _unchanged,
    "reference": reference.normalize,
}
