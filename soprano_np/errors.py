"""Errors that a user can meet, and do something about."""


class SopranoError(Exception):
    """An error whose text is a complete message for the user."""


class CheckpointError(SopranoError):
    """A file of a checkpoint is missing, damaged, hostile or not supported."""
