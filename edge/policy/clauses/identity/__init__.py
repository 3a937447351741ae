"""Misrepresenting your identity: whose number it is, and in whose name it speaks."""
