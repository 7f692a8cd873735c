"""Long runs by hand (`make growth`, `make fuzz`, `make soak`), and what they share with the short ones in the tests."""
