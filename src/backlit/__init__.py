"""backlit: backpropagation you can see, check, train with and debug."""

from typing import Any

__all__ = [
    "Activation",
    "BacklitError",
    "CheckError",
    "CheckReport",
    "Diagnosis",
    "EpochReport",
    "History",
    "Layer",
    "LayerTrace",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "Network",
    "Playground",
    "TableModel",
    "TabularClassifier",
    "TabularRegressor",
    "Trace",
    "TrainingError",
    "Watch",
    "check_gradient",
    "check_gradients",
    "check_layer",
    "check_names",
    "check_torch",
    "diagnose",
    "explain_row",
    "from_sklearn",
    "from_torch",
    "load",
    "page",
    "to_onnx",
    "to_torch",
    "train",
]

# Each public name, and the module it is fetched from when first asked for: `import backlit` stays light.
_HOMES = {
    "Activation": "backlit.equations.activation_table",
    "BacklitError": "backlit.errors",
    "CheckError": "backlit.check.report",
    "CheckReport": "backlit.check.report",
    "Diagnosis": "backlit.diagnosis.findings",
    "EpochReport": "backlit.training.history",
    "History": "backlit.training.history",
    "Layer": "backlit.network.network",
    "LayerTrace": "backlit.network.trace",
    "Loss": "backlit.equations.loss_table",
    "MLPClassifier": "backlit.estimators.classifier",
    "MLPRegressor": "backlit.estimators.regressor",
    "Network": "backlit.network.network",
    "Playground": "backlit.playground.widget",
    "TableModel": "backlit.tables.table_model",
    "TabularClassifier": "backlit.tables.tabular",
    "TabularRegressor": "backlit.tables.tabular",
    "TrainingError": "backlit.training.errors",
    "Trace": "backlit.network.trace",
    "Watch": "backlit.diagnosis.watch",
    "check_gradient": "backlit.check.function",
    "check_gradients": "backlit.check.gradients",
    "check_layer": "backlit.check.layer",
    "check_names": "backlit.scripts.check_names",
    "check_torch": "backlit.check.torch_modules",
    "diagnose": "backlit.diagnosis.diagnose",
    "explain_row": "backlit.explain.rows",
    "from_sklearn": "backlit.interop.sklearn_networks",
    "from_torch": "backlit.interop.torch_networks",
    "load": "backlit.files.networks",
    "page": "backlit.playground.page",
    "to_onnx": "backlit.interop.onnx_files",
    "to_torch": "backlit.interop.torch_networks",
    "train": "backlit.training.loop",
}


def __getattr__(name: str) -> Any:
    import importlib

    if name == "__version__":
        from importlib.metadata import version

        return version("backlit")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'backlit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
