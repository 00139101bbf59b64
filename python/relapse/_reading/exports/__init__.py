"""Reads what apps and survey tools export, by declarative mappings."""
