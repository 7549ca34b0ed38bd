"""What a person has to put right before a draw can go on."""


class DrawError(Exception):
    """One sentence with the rule, the value received and the remedy."""
