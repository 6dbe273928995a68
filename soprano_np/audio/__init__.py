"""Samples to sound: loudness, WAV files, pipes and the loudspeaker."""
