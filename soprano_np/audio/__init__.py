"""Waveform to bytes: loudness and files."""
