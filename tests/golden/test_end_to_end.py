"""Text to waveform, against soprano-tts run greedily on the same checkpoint."""

import pytest

from soprano_np import SopranoTTS

# Samples are up to 0.45, and those of the reference were 1e-6 away at most: the roundings of the
# language model and the vocoder together.
ATOL = 5e-6


@pytest.mark.parametrize("batch_size", [1, 16])
def test_text_to_waveform(tiny, golden, close, batch_size):
    recorded = golden("end_to_end")
    tts = SopranoTTS(tiny.directory, batch_size=batch_size)
    limit = recorded["max_new_tokens"].item()
    texts = recorded["texts"].tolist()
    for index, text in enumerate(texts):
        close(tts.infer(text, max_new_tokens=limit), recorded[f"audio.{index}"], ATOL)
    for index, audio in enumerate(tts.infer_batch(texts, max_new_tokens=limit)):
        close(audio, recorded[f"audio.{index}"], ATOL)


def test_the_second_text_is_spoken_in_two_sentences(tiny, golden):
    """So that the golden waveform has a seam."""
    recorded = golden("end_to_end")
    tts = SopranoTTS(tiny.directory)
    texts = recorded["texts"].tolist()
    assert [len(list(tts.utterances(text))) for text in texts] == [1, 2]
    states = recorded["max_new_tokens"].item()
    samples = (states - 1) * tiny.vocoder_config.samples_per_token
    assert [len(recorded[f"audio.{index}"]) for index in range(2)] == [samples, 2 * samples]
