"""Evidence: messages sealed to a public key, in files that nothing on this machine can open."""
