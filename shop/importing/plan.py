"""From the columns of a file to the columns of a kind: mapping, constants, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shop.importing.kind import Column, Kind, checked_length
from shop.importing.report import BadCell, ImportRefused, RowError


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read from where; `constants` fill columns that the file lacks and blank cells."""

    columns: Mapping[str, Column]
    sources: Mapping[str, str]
    constants: Mapping[str, Any]
    attributes: Mapping[str, str]
    unknown: tuple[str, ...]
    keeps_unknown: bool

    def values(self, line: int, row: Mapping[str, str]) -> dict[str, Any] | list[RowError]:
        """The row's values by column of the kind, or everything that is wrong with it."""
        values: dict[str, Any] = dict(self.constants)
        faults: list[RowError] = []
        for target, source in self.sources.items():
            try:
                if row[source]:
                    values[target] = self.columns[target].value(row[source])
                elif target not in self.constants:
                    values[target] = self._blank(target)
            except BadCell as error:
                faults.append(RowError(line, source, str(error)))
        if self.keeps_unknown:
            values["attributes"] = self._attributes(line, row, faults)
        return faults or values

    def _attributes(
        self, line: int, row: Mapping[str, str], faults: list[RowError]
    ) -> dict[str, str]:
        """The cells beyond the kind's columns, by name; adds to the faults."""
        kept: dict[str, str] = {}
        for column, name in self.attributes.items():
            try:
                kept[name] = checked_length(row[column])
            except BadCell as error:
                faults.append(RowError(line, column, str(error)))
        return kept

    def _blank(self, target: str) -> Any:
        if self.columns[target].required:
            raise BadCell("不能为空")
        return self.columns[target].blank


def make_plan(
    kind: Kind[Any],
    columns: tuple[str, ...],
    mapping: Mapping[str, str],
    constants: Mapping[str, object],
) -> Plan:
    """Match a file's columns with the kind's; raises ImportRefused where that cannot work."""
    _refuse("对应关系里的列不在文件里", set(mapping.values()) - set(columns), columns)
    renamed = {target: source for target, source in mapping.items() if target not in kind.columns}
    if not kind.keeps_unknown:
        _refuse("对应关系里有不认识的列", renamed, kind.columns)
    _refuse("固定值里有不认识的列", constants.keys() - kind.columns.keys(), kind.columns)
    direct = {name: name for name in columns if name in kind.columns and name not in mapping}
    # A column that the caller mapped elsewhere is spoken for, even under a name we know.
    taken = set(mapping.values())
    direct = {name: source for name, source in direct.items() if source not in taken}
    sources = direct | {
        target: source for target, source in mapping.items() if target not in renamed
    }
    required = {name for name, column in kind.columns.items() if column.required}
    _refuse("缺少必需的列", required - sources.keys() - constants.keys(), columns)
    used = set(sources.values()) | set(renamed.values())
    unknown = tuple(name for name in columns if name not in used)
    attributes = {source: target for target, source in renamed.items()}
    attributes |= {name: name for name in unknown}
    return Plan(
        kind.columns, sources, _read_constants(kind, constants), attributes, unknown,
        kind.keeps_unknown,
    )  # fmt: skip


def _refuse(what: str, wrong: Iterable[str], there: Iterable[str]) -> None:
    names = "、".join(sorted(wrong))
    if names:
        raise ImportRefused(f"{what}：{names}（可用的列：{'、'.join(there)}）")


def _read_constants(kind: Kind[Any], constants: Mapping[str, object]) -> dict[str, Any]:
    try:
        return {name: kind.columns[name].read(str(value)) for name, value in constants.items()}
    except BadCell as error:
        raise ImportRefused(f"固定值读不出来：{error}") from error
