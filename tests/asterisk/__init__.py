"""A real Asterisk with the shipped configuration, and SIP and AMI peers of the tests' own."""
