"""The errors a user can meet and mend."""


class SopranoError(Exception):
    """An error whose text is a complete message for the user."""


class CheckpointError(SopranoError):
    """A checkpoint's file is missing, damaged, hostile or of a kind that is not supported."""
