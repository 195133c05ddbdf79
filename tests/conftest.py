"""What every test can count on."""

import os
import signal
import tempfile

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts background jobs so; the tests of Ctrl-C need it to arrive
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the key that signs journals is not to be made in the home of whoever runs the tests
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="state-")
