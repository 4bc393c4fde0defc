"""Erasing a customer, an agent or old calls: everywhere, verified, with a certificate."""
