"""What devices say, as bytes and texts: pure codecs without a socket, a table or a clock."""
