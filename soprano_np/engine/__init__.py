"""Who is spoken for, and when."""
