"""The side of the customers: ESMEs that bind to us, what they submit and what is delivered to them."""
