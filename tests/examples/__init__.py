"""Six short scripts that use only ``core.api``; ``test_examples.py`` runs each in a clean folder."""
