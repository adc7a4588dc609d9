"""`medspa.json_columns` by the name and classes that migrations import."""

from medspa.json_columns import FitsSchema as FitsShape
from medspa.json_columns import HasOnlyKeys, IsArray, IsObject

__all__ = ["FitsShape", "HasOnlyKeys", "IsArray", "IsObject"]
