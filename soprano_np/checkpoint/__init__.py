"""Files to arrays: find a checkpoint, reject a damaged one, read its tensors."""
