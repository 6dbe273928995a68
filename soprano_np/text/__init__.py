"""Text to prompts: numbers and symbols to words, and long texts to sentences."""
