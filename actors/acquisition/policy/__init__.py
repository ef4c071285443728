"""What may be learnt: judged by names, by what the code touches, and by the day's limits, before anything runs."""
