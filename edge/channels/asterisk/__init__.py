"""SIP MESSAGEs that an Asterisk holds, judged and then released, discarded, carried or kept; texts to endpoints."""
