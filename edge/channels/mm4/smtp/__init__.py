"""SMTP as MM4 uses it: `server` takes messages from peers, `outward` hands them on; `seam` is what both speak of.

Nothing here knows of policy or of MM4's headers: octets, addresses and replies.
"""
