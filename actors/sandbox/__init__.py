"""The jail and its worker: where foreign code runs."""
