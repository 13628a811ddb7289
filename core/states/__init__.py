"""A fitted model as plain values, arrays and names, and the same model made again of the code installed here."""
