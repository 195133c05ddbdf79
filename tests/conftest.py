"""What every test can count on."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell starts background jobs so; the tests of Ctrl-C need it to arrive
    signal.signal(signal.SIGINT, signal.default_int_handler)
