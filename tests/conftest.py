"""What every test can count on."""

import atexit
import os
import shutil
import signal
import tempfile

# runners of tests set it, and it is how wide explanations are
os.environ.pop("COLUMNS", None)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts background jobs so; the tests of Ctrl-C need it to arrive
    signal.signal(signal.SIGINT, signal.default_int_handler)

# the key that signs journals is not to be made in the home of whoever runs the tests
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="state-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)
