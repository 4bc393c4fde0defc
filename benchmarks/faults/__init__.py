"""What a night survives: killed, out of disk, without its database."""
