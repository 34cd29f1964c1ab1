"""FAISS, BM25 and records as one searchable index, and its generations on disk."""
