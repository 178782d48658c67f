"""What the studio shows of this app."""
