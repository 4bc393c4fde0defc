"""The web application: people listen, judge and decide."""
