"""Sending harassing or abusive messages: bombing, threats, and what nobody can see or read."""
