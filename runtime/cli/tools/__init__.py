"""Commands about what has been learnt: tool and memory."""
