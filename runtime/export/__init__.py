"""The topology and the memory in forms that other programs read: AsyncAPI, and a graph over Bolt."""
