"""The tables a network is made of: their rows, and the readers that fill them from columns or by SPARQL."""
