"""Trains the encoder and the tagger from data/, and evaluates them."""
