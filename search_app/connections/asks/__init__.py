"""What cities ask for: requests as items, themes, and who was asked and did not answer."""
