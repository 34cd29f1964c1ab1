"""Readers: from a file to numbered lines with pages."""
