"""What holds for all tests."""

import signal

from hypothesis import settings

# A machine that is busy with something else makes an example slow; that is no failure. What fails prints how to repeat.
settings.register_profile("assay", deadline=None, print_blob=True)
settings.load_profile("assay")

# Shells start what runs in the background with SIGINT ignored, and processes that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
