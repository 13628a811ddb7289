"""What every encoding of a table tells about its columns: whose each is, by number and by name, and how many."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from core.features.table_columns import TableColumns


class EncodedColumns(ABC):
    """An encoding of ``columns``, of which an encoder says only to which original column each encoded one belongs."""

    columns: TableColumns

    @property
    @abstractmethod
    def source_columns(self) -> np.ndarray:
        """Number of the original column that each encoded column belongs to.

        Returns:
            int (width,).
        """

    @property
    def column_names(self) -> tuple[str, ...]:
        """Name of the original column that each encoded column belongs to.

        Returns:
            width names.
        """
        return tuple(self.columns.names[owner] for owner in self.source_columns)

    @property
    def width(self) -> int:
        """The number of encoded columns.

        Returns:
            At least 1.
        """
        return len(self.source_columns)
