"""What ties answers to each other: those that repeat others, and what cities say of cities."""
