"""What each rule is: its clause, its sentence, what it does by default and what can be tuned. One file a subject.

`edge.policy.registry` puts them in the order of evaluation.
"""
