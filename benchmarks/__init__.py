"""Programs that measure; nothing here is needed to run the product."""
