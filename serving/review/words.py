"""Words of the pages for what the service's answers name by a code."""

from collections.abc import Mapping

SOURCE_WORDS: Mapping[str, tuple[str, str]] = {
    "sector": ("领域模型", "sector model"),
    "general": ("通用模型", "general model"),
    "point_table": ("积分表", "point table"),
    "hard_rule": ("直接判定", "hard rule"),
    "override": ("人工调整", "override"),
    "module": ("省专业模块", "provincial module"),
    "provincial": ("省通用等级", "provincial grade"),
    "superior": ("上级等级", "superior's grade"),
}
"""By source, as `serving.verdicts.SOURCES` names them."""
STATUS_WORDS: Mapping[str, tuple[str, str]] = {
    "out_of_scope": ("不予分级", "not classified"),
    "no_model": ("无标准或无模型", "no standard or model"),
}
