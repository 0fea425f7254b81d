"""What holds for all tests."""

from hypothesis import settings

# A machine that is busy with something else makes an example slow; that is no failure. What fails prints how to repeat.
settings.register_profile("assay", deadline=None, print_blob=True)
settings.load_profile("assay")
