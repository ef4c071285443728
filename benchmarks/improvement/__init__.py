"""Programs that are slow, programs that a careless rewrite would break, and what `kurultai improve` makes of them."""
