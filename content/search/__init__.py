"""Full-text search over everything that is taught: words, passages, the index, and what a reader finds in it."""
