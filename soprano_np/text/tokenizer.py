"""From prompts to token ids, by the checkpoint's own tokenizer.json."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from soprano_np.errors import CheckpointError
from soprano_np.fields import shown
from soprano_np.nn.ops import Ints
from soprano_np.text.tokenizer_file import TokenizerFile

if TYPE_CHECKING:
    import tokenizers


class Tokenizer:
    """Puts a sentence between the marks the model was trained with: [STOP][TEXT]...[START].

    Ids are looked up by name; `stop_id` ends a sentence's speech, `audio_ids` [audio tokens] are
    those of [0], [1], ... Raises CheckpointError when the file or a name is not as expected, or
    [STOP] is not the eos_token_id of config.json, if that is not None.
    """

    def __init__(self, path: Path, vocab_size: int, eos_token_id: int | None = None) -> None:
        from tokenizers import Tokenizer as Backend  # 30 ms that a mere import should not cost

        file = TokenizerFile.from_file(path, vocab_size)
        names = ("[STOP]", "[TEXT]", "[START]", "[0]")
        if missing := [name for name in names if name not in file.ids]:
            raise CheckpointError(f"{path}: expected the tokens {', '.join(missing)}, found none")
        self.stop_id, self.text_id, self.start_id = (file.ids[name] for name in names[:3])
        if eos_token_id not in (None, self.stop_id):
            raise CheckpointError(
                f"{path}: the id of [STOP] must be {eos_token_id}, as config.json's eos_token_id, "
                f"found {self.stop_id}"
            )
        codes = takewhile(file.ids.__contains__, (f"[{code}]" for code in count()))
        self.audio_ids: Ints = np.array([file.ids[name] for name in codes])
        with _faults(f"{path}: not a tokenizer that can be read"):
            self._backend: tokenizers.Tokenizer = Backend.from_str(file.to_json())

    def encode(self, sentence: str) -> Ints:
        """Turn a sentence into its prompt's ids, [seq]; raises CheckpointError if it cannot."""
        with _faults(f"the tokenizer cannot encode {shown(sentence)}"):
            text = self._backend.encode(sentence, add_special_tokens=False).ids
        return np.array([self.stop_id, self.text_id, *text, self.start_id], np.int64)


@contextmanager
def _faults(what: str) -> Iterator[None]:
    """Turn the library's faults into CheckpointError."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # bare Exception for most, and a Rust panic is a BaseException
        raise CheckpointError(f"{what}: {error}") from error
