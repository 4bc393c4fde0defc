"""How far people and the machine judge alike, and how sure that is: numbers only, no I/O."""
