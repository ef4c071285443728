"""How much hostile code the scan of learnt code catches, and how much honest code it wrongly rejects."""
