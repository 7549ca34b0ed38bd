"""The public site of the standards: whole, complete, self-contained, and saying nothing that no standard says."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

import fenji
from features.catalogue.everything import BY_NAME, INDICATORS
from features.wording import UNITS
from model.standard import GENERAL, SHIPPED_STANDARDS, Standard, read_standards
from records.errors import ConfigError
from records.scope import CODE_RULINGS, TYPE_RULINGS
from supervision.publication.pages import ordered, page_of, render_site
from supervision.publication.repairs import read_guide
from supervision.publication.sector_page import general_indicators
from supervision.publication.site import MANIFEST, publish
from supervision.publication.words import (
    DIRECTION_WORDS,
    SEVERITY_WORDS,
    cap,
    frequency,
    months,
    percent,
    period,
    promise,
    source,
)
from tests.well_formed import Page, read_page
from training.cards.blocks import Text

LANGUAGES = {"": "zh-CN", "en/": "en"}
SECTORS = sorted(read_standards(SHIPPED_STANDARDS))


@cache
def standards() -> dict[str, Standard]:
    return read_standards(SHIPPED_STANDARDS)


@cache
def site() -> dict[str, str]:
    return render_site(standards())


@cache
def page(path: str) -> Page:
    return read_page(site()[path])


PAGES = sorted(
    folder + name
    for folder in LANGUAGES
    for name in ("index.html", "indicators.html", "repair.html", "scope.html", *map(page_of, SECTORS))
)


# The site as a whole


def test_every_sector_has_a_page_in_both_languages_and_nothing_else_is_there() -> None:
    assert sorted(site()) == sorted(["style.css", *PAGES])


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_in_its_own_language_and_loads_nothing_from_elsewhere(path: str) -> None:
    one = page(path)
    assert one.faults == []
    assert [normpath(join(dirname(path), load)) for load in one.loads] == ["style.css"]
    assert "://" not in site()[path]
    language = LANGUAGES["en/" if path.startswith("en/") else ""]
    assert site()[path].startswith(f'<!DOCTYPE html>\n<html lang="{language}">')


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_page_of_the_site_and_to_a_place_on_it(path: str) -> None:
    for link in page(path).links:
        target, _, anchor = link.partition("#")
        found = normpath(join(dirname(path), target)) if target else path
        assert found in site(), link
        assert not anchor or anchor in page(found).ids, link


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("en/")])
def test_what_is_chinese_on_an_english_page_is_marked_as_such(path: str) -> None:
    stray = [text for language, text in page(path).spoken if language == "en" and re.search(r"[\u3400-\u9fff]", text)]
    assert stray == []


def test_the_same_standards_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        publish(standards(), tmp_path / name)
    first, second = ({p.relative_to(tmp_path / n): p.read_bytes() for p in files(tmp_path / n)} for n in ("one", "two"))
    assert first == second
    assert len(first) == len(site()) + 1


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


# What a sector's page says


@pytest.mark.parametrize("sector", SECTORS)
def test_a_sectors_page_says_all_that_its_standard_says(sector: str) -> None:
    one, words = standards()[sector], page(page_of(sector)).words
    said = [one.office, *one.references, *(rule.source for rule in one.direct_high)]
    said += [rule.condition.zh for rule in one.direct_high]
    said += [*one.native_scale, *(item for rule in one.sampling.values() for item in rule.items)]
    said += [str(day) for day in (one.valid_from, one.deadline) if day]
    said += [percent(rule.ratio) for rule in one.sampling.values()]
    said += [cap(rule.cap).zh for rule in one.sampling.values()]
    said += [frequency(rule.frequency).zh for rule in one.sampling.values()]
    said += [SEVERITY_WORDS[one.outcome_severity].zh, period(one.horizon_days).zh]
    if one.statutory_minimum:
        said += [one.statutory_minimum.source, f"每 {one.statutory_minimum.per_years} 年"]
    if one.point_table:
        said += [one.point_table.source, *(f"不超过 {cut:g} 分" for cut in one.point_table.cuts)]
    assert [text for text in said if " ".join(text.split()) not in words] == []


@pytest.mark.parametrize("sector", SECTORS)
def test_every_own_indicator_stands_on_the_page_with_direction_and_source(sector: str) -> None:
    for folder, language in LANGUAGES.items():
        text = site()[folder + page_of(sector)]
        own = text[text.index('<h2 id="indicators">') : text.index("<details>")]
        rows = dict(re.findall(r'<tr><th scope="row"><a href="[^"]*#(\w+)">(.*?)</tr>', own, re.DOTALL))
        assert list(rows) == list(standards()[sector].own_indicators)
        for name, row in rows.items():
            words = re.sub(r"<[^>]*>", "", row)
            indicator = BY_NAME[name]
            told = (Text(indicator.zh, indicator.en), DIRECTION_WORDS[indicator.direction], source(indicator.source))
            assert [one for one in told if (one.en if language == "en" else one.zh) not in words] == []


def test_the_general_indicators_are_those_that_no_sector_calls_its_own() -> None:
    general = general_indicators(standards())
    owned = {name for one in standards().values() if one.sector != GENERAL for name in one.own_indicators}
    assert {one.name for one in general} == set(BY_NAME) - owned
    for indicator in general:
        assert f'href="../indicators.html#{indicator.name}"' in site()[page_of("price")]


@pytest.mark.parametrize("sector", SECTORS)
def test_no_rate_is_promised_that_is_not_a_cut(sector: str) -> None:
    cuts = {f"{round(cut * 100, 4):g}" for cut in standards()[sector].cuts}
    zh = re.findall(r"([\d.]+) 家(?!随机)", page(page_of(sector)).words)
    english = page("en/" + page_of(sector)).words
    en = re.findall(r"(?:fewer than|random,) ([\d.]+)", english)
    assert set(zh) == set(en) == cuts
    # Low, medium and medium-high have an upper border, all but low a lower one.
    assert len(zh) == 6


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [
        (0.0, 0.07, "有不到 7 家发现问题", "fewer than 7 show"),
        (0.07, 0.155, "有 7 家及以上、不到 15.5 家发现问题", "7 or more, but fewer than 15.5 show"),
        (0.29, 1.0, "有 29 家及以上发现问题", "29 or more show"),
        (0.0, 0.0005, "有不到 0.05 家发现问题", "fewer than 0.05 show"),
    ],
)
def test_a_promise_is_closed_below_and_open_above(low: float, high: float, zh: str, en: str) -> None:
    told = promise(low, high, 365)
    assert zh in told.zh
    assert en in told.en


def test_terms_are_said_in_years_where_they_are_whole_years() -> None:
    assert [period(days).zh for days in (180, 365, 730, 1095)] == ["180 天内", "一年内", "两年内", "3 年内"]
    assert [months(count).en for count in (None, 3, 12, 36)] == ["not needed", "3 months", "1 year", "3 years"]
    assert [cap(times).zh for times in (None, 2)] == ["不设上限", "每年不超过 2 次"]
    assert [frequency(times).en for times in (None, 1, 0.5)] == ["as drawn", "once a year", "0.5 times a year"]


# The other pages


def test_the_sectors_stand_in_the_order_of_their_deadlines_with_the_general_one_first() -> None:
    order = [one.sector for one in ordered(standards())]
    assert order[:2] == [GENERAL, "pickled_vegetables"]
    assert set(order[-2:]) == {"advertising", "standards"}
    assert re.findall(r'href="sectors/(\w+)\.html"', site()["index.html"])[: len(order)] == order


def test_the_dictionary_holds_every_indicator_and_says_whose_it_is() -> None:
    for folder in LANGUAGES:
        assert {one.name for one in INDICATORS} <= set(page(folder + "indicators.html").ids)
    entry = site()["indicators.html"].partition('id="licences_sector_cold_chain_count"')[2].partition("</div>")[0]
    assert '<a href="sectors/food_operation.html">食品经营</a>' in entry


def test_the_dictionary_is_whole_without_its_script() -> None:
    text = site()["indicators.html"]
    assert '<form class="search" role="search" hidden>' in text
    assert not re.search(r'class="(?:entry|group)"[^>]*hidden', text)


def test_every_unit_of_the_catalogue_has_a_chinese_word() -> None:
    assert {one.unit for one in INDICATORS} - set(UNITS) == set()


def test_repair_is_told_under_both_legal_regimes() -> None:
    words = page("repair.html").words
    for told in ("2021-09-01", "2025-12-25", "15 个工作日内", "7 个工作日内", "条件", "渠道", "程序", "待核对"):
        assert told in words
    # An old practice that ended is not told as a way out.
    assert "转列" not in words
    for sector in ("drugs", GENERAL):
        assert "2025-12-25" in page(page_of(sector)).words


def test_scope_tells_every_ruling() -> None:
    words = page("scope.html").words
    assert [one.zh for one in (*TYPE_RULINGS, *CODE_RULINGS) if one.zh not in words] == []


def test_a_guide_with_mistakes_is_refused_with_all_of_them(tmp_path: Path) -> None:
    guide = tmp_path / "repair.toml"
    guide.write_text(
        '[[condition]]\nzh = "x"\nsource = ""\n[[step]]\nzh = 1\nen = "x"\nsource = "x"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError) as refused:
        read_guide(guide)
    for problem in ("channel is required", "condition.1.en is required", ":3: condition.1.source", ":5: step.1.zh"):
        assert problem in str(refused.value)


# A bureau's own standards


def hostile() -> dict[str, Standard]:
    price = replace(
        standards()["price"],
        sector="price",
        name_zh="<b>价格</b>",
        office='"><script>x</script>',
        references=("<img src=x>",),
        deadline=None,
        valid_from=None,
        own_indicators=(),
        direct_high=(),
        native_scale={"<i>": "low"},
    )
    return {GENERAL: standards()[GENERAL], "price": price}


def test_what_a_standard_says_is_shown_and_never_obeyed() -> None:
    made = render_site(hostile())
    for path in ("index.html", "sectors/price.html", "en/sectors/price.html"):
        one = read_page(made[path])
        assert one.faults == []
        assert "<b>价格</b>" in one.words or path.startswith("en/")
        assert "<script>x" not in made[path]
        assert "<img" not in made[path]


def test_a_sector_may_have_any_name_that_a_file_may_have() -> None:
    odd = "价格 #1 & 100%"
    made = render_site({odd: replace(hostile()["price"], sector=odd), GENERAL: standards()[GENERAL]})
    assert f"sectors/{odd}.html" in made
    links = [unquote(link) for link in read_page(made["en/index.html"]).links]
    assert f"sectors/{odd}.html" in links


def test_a_standard_without_dates_rules_or_indicators_has_a_page_that_says_so() -> None:
    words = read_page(render_site(hostile())["sectors/price.html"]).words
    for told in ("未定", "未规定", "本标准未规定直接判定的情形", "本领域只依据通用指标", "本领域没有公布的计分表"):
        assert told in words


# Writing


def test_an_earlier_site_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(standards(), out)
    count = publish(hostile(), out)
    assert len(files(out)) == count
    assert not (out / "sectors" / "drugs.html").exists()
    assert json.loads((out / MANIFEST).read_text(encoding="utf-8"))["standards"].keys() == {"general", "price"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_empty_directory_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert publish(hostile(), tmp_path / "site") == len(files(tmp_path / "site"))


def _own_file(out: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")


def _foreign_manifest(out: Path) -> None:
    out.mkdir()
    (out / MANIFEST).write_text('{"name": "a web application", "files": ["x"]}', encoding="utf-8")


def _own_file_within_a_site(out: Path) -> None:
    publish(hostile(), out)
    (out / "sectors" / "notes.html").write_text("mine", encoding="utf-8")


def _file(out: Path) -> None:
    out.write_text("mine", encoding="utf-8")


@pytest.mark.parametrize("occupy", [_own_file, _foreign_manifest, _own_file_within_a_site, _file])
def test_what_is_not_ours_is_never_overwritten(occupy: Callable[[Path], None], tmp_path: Path) -> None:
    out = tmp_path / "site"
    occupy(out)
    before = {path: path.read_bytes() for path in (files(out) if out.is_dir() else [out])}
    with pytest.raises(ConfigError, match=r"published into a directory.*choose"):
        publish(hostile(), out)
    assert {path: path.read_bytes() for path in (files(out) if out.is_dir() else [out])} == before


def test_a_site_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    publish(hostile(), out)
    before = {path: path.read_bytes() for path in files(out)}
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="No space"):
        publish(standards(), out)
    assert {path: path.read_bytes() for path in files(out)} == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_command_publishes_and_says_where(tmp_path: Path) -> None:
    runner = CliRunner(env={"COLUMNS": "200"})
    ended = runner.invoke(fenji.app, ["standards", "publish", "--out", str(tmp_path / "new" / "site")])
    assert ended.exit_code == 0, ended.output
    assert f"已发布 published {len(site()) + 1} 个文件 files" in ended.output
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    refused = runner.invoke(fenji.app, ["standards", "publish", "--out", str(tmp_path)])
    assert isinstance(refused.exception, ConfigError)


def test_a_text_without_english_stands_in_chinese() -> None:
    assert source("行政许可法") == Text("行政许可法", "行政许可法")
    assert source("企业信息公示暂行条例 Art. 8-9").zh == "企业信息公示暂行条例第8-9条"
