"""The kinds of network, and what they share: which cases count, how they become ties, who attests them."""
