"""Whether something may happen: policy, changes with their evidence, approvals, budgets."""
