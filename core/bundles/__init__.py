"""Models that go to work: one contestant fitted on all rows, as a file that predicts new data and needs no trust."""
