"""Puts the parts together, starts them, changes them at a reload, stops them. Only the command imports this."""
