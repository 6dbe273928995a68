"""Token ids to hidden states: the Qwen3 language model and how it is run."""
