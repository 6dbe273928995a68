"""Hidden states to waveform: the Vocos decoder."""
