"""Changed inputs: corruptions, image transforms, and the inputs of live questions."""
