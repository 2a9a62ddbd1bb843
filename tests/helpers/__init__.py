"""What several test modules share: data, servers and comparisons."""
