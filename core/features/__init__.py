"""Values to arrays: encoders and features, fitted on training rows only."""
