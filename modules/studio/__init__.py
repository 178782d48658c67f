"""What the people who write see in the Wagtail admin: question bank, lesson editor, statistics."""
