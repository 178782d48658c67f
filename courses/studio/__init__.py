"""What trainers see in the Wagtail admin: their cohorts, and who is stuck where."""
