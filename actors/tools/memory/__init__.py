"""What has been learnt, how it was learnt, and how it has fared since: a projection of the log."""
