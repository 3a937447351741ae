"""Engaging in fraud, phishing or sending of sensitive data."""
