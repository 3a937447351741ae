"""The doors: each turns its wire into `Submission`s, and verdicts back into its wire's answers."""
