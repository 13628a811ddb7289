"""The tests of Crossover; mirrors core and pages."""
