"""May it happen: every change passes here before it is in force."""
