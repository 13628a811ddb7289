"""The classes of other libraries that models here are made of: a bundle may name these and no other ones of them."""

from __future__ import annotations

# Layers of torch.nn.modules that networks here are built of.
LAYERS = {
    "AvgPool1d", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "Conv1d", "Conv2d", "Conv3d", "Dropout", "Embedding",
    "Flatten", "Identity", "LayerNorm", "Linear", "MaxPool1d", "MaxPool2d", "Module", "ModuleList", "ReLU",
    "Sequential", "Tanh",
}  # fmt: skip
# Fitted estimators and layers of other libraries that models hold; another class of theirs is refused by name.
LIBRARY_CLASSES = {
    "scipy.sparse._csr:csr_array", "scipy.sparse._csr:csr_matrix",
    "sklearn.ensemble._forest:RandomForestClassifier", "sklearn.ensemble._forest:RandomForestRegressor",
    "sklearn.ensemble._iforest:IsolationForest", "sklearn.gaussian_process.kernels:ConstantKernel",
    "sklearn.gaussian_process.kernels:Matern", "sklearn.gaussian_process.kernels:Product",
    "sklearn.gaussian_process.kernels:Sum", "sklearn.gaussian_process.kernels:WhiteKernel",
    "sklearn.linear_model._logistic:LogisticRegression", "sklearn.linear_model._ridge:Ridge",
    "sklearn.svm._classes:LinearSVC", "sklearn.svm._classes:SVC", "sklearn.tree._classes:DecisionTreeClassifier",
    "sklearn.tree._classes:DecisionTreeRegressor", "sklearn.tree._classes:ExtraTreeRegressor",
    "tabm:ElementwiseAffine", "tabm:EnsembleView", "tabm:LinearBatchEnsemble", "tabm:LinearEnsemble",
    "tabm:MLPBackboneBatchEnsemble",
}  # fmt: skip
LAYER_MODULES = "torch.nn.modules."


def holds_module(name: str) -> bool:
    """Whether a module defines a class that models hold.

    Args:
        name: dotted name.

    Returns:
        True for modules of layers and of the estimators listed here.
    """
    return name.startswith(LAYER_MODULES) or any(one.partition(":")[0] == name for one in LIBRARY_CLASSES)


def holds_class(reference: str) -> bool:
    """Whether models hold a class of a library.

    Args:
        reference: "module:Name".

    Returns:
        True for the layers and estimators listed here.
    """
    module, _, name = reference.partition(":")
    return reference in LIBRARY_CLASSES or (module.startswith(LAYER_MODULES) and name in LAYERS)
