"""What goes over check-ins: those of a data set, of its batches, of one person."""
