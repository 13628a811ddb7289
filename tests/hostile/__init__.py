"""A corpus of awkward and hostile uploads, made by generator, each with what must happen."""
