"""Pornographic or objectionable images: links to them, and the pictures of MMS (policy.md A.7)."""
