"""Pornographic or objectionable images: links to them now; the pictures themselves come with MM4 (issue 5)."""
