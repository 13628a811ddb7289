"""Names for the kinds of values that pass between folders: facts as JSON has them, and the rows a model takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# Names with JSON-able values: text, numbers, true or false, None, and lists and objects of these. ``Facts`` are read,
# a ``JsonObject`` is made or filled. Their values have no one type, for each name has its own.
Facts: TypeAlias = Mapping[str, Any]
JsonObject: TypeAlias = dict[str, Any]

# The rows of a data set as models take them, on the leading axis: a DataFrame for tables and interactions, an array for
# everything else. Written as text, so that nobody has to open pandas for it.
Inputs: TypeAlias = "pd.DataFrame | np.ndarray"

# The rows of a table as its encoders and models take them: a DataFrame, or arrays by column name, which is the way of a
# deployed model, without pandas.
TableRows: TypeAlias = "pd.DataFrame | Mapping[str, np.ndarray]"
