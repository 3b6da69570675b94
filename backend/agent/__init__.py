"""A language model with hands: what it is asked, what it may do, and what that costs."""
