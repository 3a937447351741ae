"""Traffic of a customer: a mix of lawful and violating messages at a rate, and what became of each kind."""
