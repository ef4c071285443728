"""Programs that do the durable hop without Kurultai, to be measured beside it."""
