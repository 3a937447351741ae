"""What operators see and say: metrics and health over HTTP, commands over a unix socket. Knows `edge.core` only.

Import the module you need: the command's client (`control_client`) must not load the web server's library.
"""
