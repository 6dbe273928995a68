"""From prompts to token ids, by the checkpoint's own tokenizer.json."""

from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from soprano_np.errors import CheckpointError
from soprano_np.nn.ops import Ints

if TYPE_CHECKING:
    import tokenizers


class Tokenizer:
    """Puts a sentence between the marks the model was trained with: [STOP][TEXT]...[START].

    Ids are looked up by name; `stop_id` ends a sentence's speech, `audio_ids` [audio tokens] are
    those of [0], [1], ... Raises CheckpointError when the file or a name is not as expected.
    """

    def __init__(self, path: Path, vocab_size: int) -> None:
        from tokenizers import Tokenizer as Backend  # 30 ms that a mere import should not cost

        try:
            self._backend: tokenizers.Tokenizer = Backend.from_file(str(path))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # bare Exception for most faults, a Rust panic for others
            raise CheckpointError(f"{path}: not a tokenizer that can be read: {error}") from error
        # What looks like a mark in a user's text is text.
        self._backend.encode_special_tokens = True
        self._backend.no_truncation()
        self._backend.no_padding()
        find: Any = self._backend.token_to_id
        names = ("[STOP]", "[TEXT]", "[START]", "[0]")
        if missing := [name for name in names if find(name) is None]:
            raise CheckpointError(f"{path}: expected the tokens {', '.join(missing)}, found none")
        if (size := self._backend.get_vocab_size()) > vocab_size:
            raise CheckpointError(
                f"{path}: it has {size} tokens, but config.json's vocab_size is {vocab_size}"
            )
        self._vocab_size = vocab_size
        self.stop_id, self.text_id, self.start_id = map(find, names[:3])
        audio_ids = (find(f"[{code}]") for code in count())
        self.audio_ids: Ints = np.array([*takewhile(lambda found: found is not None, audio_ids)])

    def encode(self, sentence: str) -> Ints:
        """Turn a sentence into its prompt's ids, [seq]; raises CheckpointError if it cannot."""
        try:
            text = self._backend.encode(sentence, add_special_tokens=False).ids
        except Exception as error:  # such as an unknown character, and no token for those
            raise CheckpointError(f"the tokenizer cannot encode {sentence!r}: {error}") from error
        if max(text, default=0) >= self._vocab_size:
            raise CheckpointError("the tokenizer gives ids beyond config.json's vocab_size")
        return np.array([self.stop_id, self.text_id, *text, self.start_id], np.int64)
