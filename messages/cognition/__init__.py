"""What is said about causes, working memory, habits, improvements and hypotheses."""
