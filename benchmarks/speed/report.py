"""The figures as tables that a person reads: ratios with what they were promised, and where the time goes."""

from collections.abc import Iterator, Mapping
from typing import Any

HEAD = """# 快慢 Speed

Made by `make bench-speed`; every ratio is of one run on one machine, ours over the yardstick's, measured in turn: the
median of the rounds with the least and the largest. Cold is the first call in a process, warm the median after it;
nothing is kept between calls. 比值为同一次运行中交替测得的中位数（最小至最大）。绝对时间只对所注机器有意义。

| 部分 part | 与什么相比 against | 目标 goal | 比值 ratio | 我们 ours | 对照 yardstick |
|---|---|---|---|---|---|
"""


def markdown(known: Mapping[str, Any]) -> str:
    """The whole report of the sections that were measured."""
    lines = [row for name, rows in _ROWS.items() if name in known for row in rows(known[name])]
    tables = "\n".join(text for name, section in known.items() for text in _below(name, section))
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in lines) + "\n" + tables


def _indicators(section: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, name, goal in (("against_sql", "by_hand", "≤ 1.1"), ("against_pandas", "pandas", "≤ 0.05")):
        one = section[key]
        title = f"指标 indicators, {one['columns']} columns, {one['enterprises']:,} enterprises"
        yardstick = "手写 SQL a query by hand" if name == "by_hand" else "pandas groupby"
        yield title, yardstick, goal, _spread(one["ratios"][name]), _times(one, "ours"), _times(one, name)
    months = section["months"]
    title = f"训练用 {months['dates']} 个月 months for training, {months['enterprises']:,} enterprises"
    single = f"{months['single_s']} s each"
    yield title, "逐个构建 single builds", "< 1", str(months["of_24_single"]), f"{months['together_s']} s", single


def _reasons(section: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    title = f"理由 reasons, {section['rows']:,} rows × {section['columns']}, {section['trees']} trees"
    fast, times = section["times_faster"], section["warm_s"]
    theirs = f"{20 * times['lightgbm_twentieth']:.1f} s (a twentieth measured)"
    yield title, "LightGBM pred_contrib", "≥ 10 times", f"{_spread(fast)} times", _times(section, "ours"), theirs


def _population(section: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for size, one in _sizes(section):
        title = f"全体 population, {size:,} enterprises, {one['memory']} of the database"
        ours = f"{one['run_s']['median']:.1f} s, {one['peak_mib']['median'] / 1024:.1f} GiB"
        ours += f", read in {one['read_s']['median']:.1f} s"
        if "ratio" in one:
            parts = ", ".join(f"{name} {value['median']:.1f} s" for name, value in one["parts_s"].items())
            yield title, "各部分之和 sum of its parts", "≤ 1.2", _spread(one["ratio"]), ours, parts
        else:
            yield title, "", "", "", ours, ""


def _endpoint(section: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for key, title, goal in (("one_id", "一个主体 one id", "≤ 1.3"), ("1000_ids", "一千个主体 1,000 ids", "≤ 1.5")):
        one = section[key]
        ours, theirs = f"{one['score_ms']} ms", f"{one['noop_ms']} ms"
        spread = f"{one['ratio']} ({min(one['ratio_by_round'])} – {max(one['ratio_by_round'])})"
        yield title, "空应答 no-op of the same service", goal, spread, ours, theirs
    for key, title, goal in (
        ("explained_alone_ms", "一行的理由 reasons of one row", "< 10 ms"),
        ("explained_ms", "一个主体的理由及其记录 reasons of one id with their records, over HTTP", ""),
    ):
        ours = f"{section[key]['median']:.1f} ms, {section[key]['largest']:.1f} ms at most"
        yield title, "", goal, "", ours, ""
    start = section["start"]
    ours, theirs = (f"{start[name]['median']:.1f} s" for name in ("ours_s", "empty_s"))
    yield "启动至就绪 start to ready", "空服务 empty service", "≤ 1.5", _spread(start["ratio"]), ours, theirs
    for workers, load in section["load"].items():
        resident, private = (load[f"{kind}_mib_of_each_process"][0] for kind in ("resident", "private"))
        held = f"{resident} MiB in the largest process, {private} of them its own"
        title = f"{workers} 个进程 workers, {section['enterprises']:,} enterprises"
        yield title, "", "< 500 MiB", "", f"{load['requests_per_s']:.0f} requests a second", held


def _training(section: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for size, one in _sizes(section):
        title = f"训练 training, {one['labelled_rows']:,} labelled rows of {size:,} enterprises"
        ours = f"{one['seconds']:.0f} s, {one['sectors']} models, {one['peak_mib'] / 1024:.1f} GiB"
        yield title, "", "200,000 rows < 300 s", "", ours, ""


_NEXT = {
    "indicators": "looking everyone up (`_look_up`, `_run`), which joins each subject's records with who is known",
    "reasons": "fetching each row's entry of each tree's table: a cache line a tree and row",
    "population": "writing the records that counted, half of which is sorting them by enterprise; then looking up",
    "endpoint": "writing each result's text and finding its row among all ids; then the digest for the audit log",
    "training": "the general model's boosters (`_bag`), which learn from all sectors; then the indicators of its dates",
}
"""The next bottleneck of each part, read from the profiles."""

_ROWS = {
    "indicators": _indicators,
    "reasons": _reasons,
    "population": _population,
    "endpoint": _endpoint,
    "training": _training,
}


def _below(name: str, section: Mapping[str, Any]) -> Iterator[str]:
    machine = section["machine"]
    yield f"## {name}\n"
    yield (
        f"{machine['processor']}, {machine['processors']} processors, {machine['memory_gib']} GiB, load "
        f"{machine['load_before']} before; {', '.join(f'{k} {v}' for k, v in machine['libraries'].items())}.\n"
    )
    if "by_size" in section:
        yield "| enterprises | records | all indicators, s | peak MiB | of the database |\n|---|---|---|---|---|"
        for size, one in section["by_size"].items():
            taken, memory = f"{one['answer']:.1f} | {one['peak_mib']:.0f}", one["memory"]
            yield f"| {int(size):,} | {one['records']:,} | {taken} | {memory} |"
        yield f"\nTime grows as the size to the power of {section['growth_exponent']} (1 is linear).\n"
    if "profile" in section:
        yield "时间去向 where the time goes (each function with what it calls):\n"
        yield "| function | calls | s | share |\n|---|---|---|---|"
        for row in section["profile"]:
            yield f"| `{row['function']}` | {row['calls']} | {row['seconds']} | {row['share']:.0%} |"
        yield f"\n下一个瓶颈 the next bottleneck: {_NEXT[name]}.\n"


def _sizes(section: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for key, value in section.items():
        if key.isdecimal():
            yield int(key), value


def _spread(one: Mapping[str, float]) -> str:
    return f"{one['median']:.3g} ({one['least']:.3g} – {one['largest']:.3g})"


def _times(section: Mapping[str, Any], name: str) -> str:
    return f"{section['warm_s'][name]:.2f} s warm, {section['cold_s'][name]:.2f} s cold"
