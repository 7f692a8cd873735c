"""Plans and what became of them, needs and who met them."""
