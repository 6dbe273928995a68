"""Files -> arrays: finding a checkpoint, refusing a bad one, reading its tensors."""
