"""How does a signed credential look on paper? A PDF that is a view of it and carries it."""
