"""Judges predictions by what came: figures, cuts, comparisons, model cards."""
