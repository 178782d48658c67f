"""Blocks a learner acts in, and the whole body of a lesson."""
