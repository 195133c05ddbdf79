"""Stand-ins for what shows pictures and progress: a file that plots runs on, and nothing is shown."""

import sys
import types

PLOTTING = ("matplotlib", "pylab", "seaborn", "plotly")
PARTS = ("matplotlib.pyplot", "matplotlib.animation", "matplotlib.colors", "matplotlib.cm", "matplotlib.ticker",
         "matplotlib.patches", "matplotlib.lines", "matplotlib.gridspec", "matplotlib.style", "mpl_toolkits",
         "mpl_toolkits.mplot3d", "plotly.express", "plotly.graph_objects")  # fmt: skip


class Nothing:
    """Takes whatever is done to a figure, an axis or a line of one."""

    def __call__(self, *args, **kwargs):
        """Be called, and be nothing still."""
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, index):
        return self

    def __setitem__(self, index, value):
        pass

    def __iter__(self):
        return iter((self, self))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class Silent(types.ModuleType):
    """A module whose every name is nothing."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


def stand_in():
    """Put stand-ins for plotting, and for tqdm where it is not installed, in the table of modules."""
    for name in (*PLOTTING, *PARTS):
        module = sys.modules[name] = Silent(name)
        module.__path__ = []
        above, _, last = name.rpartition(".")
        if above:
            setattr(sys.modules[above], last, module)
    try:
        import tqdm  # noqa: F401
    except ImportError:
        module = sys.modules["tqdm"] = types.ModuleType("tqdm")
        module.tqdm = lambda steps, *args, **kwargs: steps
        module.trange = lambda n, *args, **kwargs: range(n)
