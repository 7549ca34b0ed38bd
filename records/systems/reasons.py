"""What is said of a row that cannot be used, and of one that could only be read after something was put right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One code with its sentence in both languages."""

    zh: str
    en: str


REASONS = {
    "unreadable_date": Said("不是可识别的日期", "must be a date"),
    "ambiguous_date": Said("日、月次序无法判断", "could be two days: write year, month, day"),
    "unreadable_number": Said("不是可识别的数字", "must be a number"),
    "unreadable_truth": Said("不是可识别的是否", "must be yes or no"),
    "unreadable_items": Said("检查项目不是可识别的列表", "must be a list of check items"),
    "unexpected_type": Said("内容类型与字段不符", "holds something of another type"),
    "unknown_code": Said("不在代码表内", "is not in the code table"),
    "ambiguous_code": Said("该代码在来源系统中有两种含义", "is used in two senses by the system that sent it"),
    "id_lost_digits": Said("编号以数字存储，末位已丢失", "was stored as a number and has lost its last digits"),
    "excel_error": Said("单元格为电子表格错误值", "holds an error of the spreadsheet"),
    "uncalculated_formula": Said("单元格公式没有计算结果", "holds a formula that was never worked out"),
    "contradicting_columns": Said("同名列内容不一致", "stands in several columns that differ"),
    "wrong_field_count": Said("列数与表头不符", "the row must have as many fields as the header"),
    "undecodable": Said("该行字节不符合文件编码", "the row's bytes are not in the encoding of the file"),
    "ambiguous_encoding": Said("该行编码无法判断", "the row can be read in two encodings"),
    "unreadable_line": Said("该行不是 JSON 对象", "the row must be one JSON object"),
    "missing": Said("为空", "must be given"),
    "no_identity": Said("缺少识别记录的字段", "must be given, it identifies the record"),
    "not_selected": Said("未抽中，不是抽中记录", "the enterprise was not drawn; only drawn ones are kept"),
    "no_result": Said("尚无检查结果", "there is no result yet"),
    "unknown_grade": Said("等级不在该体系的等级表内", "is not a grade of its scheme"),
    "contradiction": Said("同一交付中同一记录内容不同", "the delivery says two different things of one record"),
    "contradicts_elsewhere": Said(
        "其他系统已提供同一事实而内容不同", "another system's record of the same fact says something else"
    ),
    "known_before_version": Said(
        "获知时间不晚于该记录已有的版本", "must be known later than the versions that are there already"
    ),
    "past_is_closed": Said("早于此前已导入的日期，会改变既往结果", "would change builds at past dates: it is closed"),
}
"""Why a row is in quarantine, beside the broken rules of the contract (`records.rules`)."""

FLAGS = {
    "full_width": Said("全角字符按半角读取", "full-width characters read as ASCII"),
    "null_word": Said("“无”“-”等按空值读取", "a word for nothing read as empty"),
    "blanks_removed": Said("编号中的空格已去除", "blanks inside an identifier removed"),
    "capitalised": Said("编号中的小写字母转为大写", "small letters of an identifier written large"),
    "slash_date": Said("日期写作 2023/5/1 或 2023.5.1", "date written as 2023/5/1 or 2023.5.1"),
    "compact_date": Said("日期写作 20230501", "date written as 20230501"),
    "chinese_date": Said("日期写作 2023年5月1日", "date written as 2023年5月1日"),
    "serial_date": Said("日期为电子表格序列号", "date given as a spreadsheet's serial number"),
    "epoch_date": Said("日期为毫秒时间戳", "date given in milliseconds since 1970"),
    "year_last_date": Said(
        "日期写作 25/12/2023，仅一种读法成立", "date written as 25/12/2023, possible in one order only"
    ),
    "time_dropped": Said("日期字段中的时刻已舍去", "time of day dropped from a date"),
    "zone_converted": Said("时刻由其他时区换算", "moment converted from another time zone"),
    "open_ended": Said("“长期”等按无截止日期读取", "a word for no end read as empty"),
    "thousands_separator": Said("数字带千分位", "number with thousands separators"),
    "unit_converted": Said("金额由万元或亿元换算为元", "amount converted to yuan"),
    "unit_assumed": Said(
        "金额未注明单位，按字段约定的万元换算为元", "amount without a unit, in 万元 by the field's rule"
    ),
    "percent": Said("百分数换算为小数", "per cent read as a fraction"),
    "duplicate_column": Said("同一字段有多列，内容一致", "field stands in several columns that agree"),
    "merged_cell": Said("合并单元格的内容用于每一行", "value of a merged cell used for each of its rows"),
    "other_item": Said("代码表外的名称归入其他", "a name outside the code table read as other"),
    "no_unified_code": Said("不是统一社会信用代码，以主体编号代替", "no unified code, the subject id stands for it"),
    "wrong_check_character": Said("统一社会信用代码校验位不符", "unified code with a wrong check character"),
    "unknown_enterprise": Said("市场主体尚不在主体档案中", "enterprise not in the register yet"),
    "known_elsewhere": Said("其他系统已提供同一事实，不重复记录", "the same fact is on record from another system"),
    "no_sectors": Said("未给出监管领域", "no supervision sector given"),
    "foreign_currency": Said("外币注册资本未换算，按空值处理", "capital in another currency left empty"),
    "industry_contradiction": Said("行业门类与代码不符，按空值处理", "industry's door and digits disagree, left empty"),
    "several_kinds": Said("多种处罚，取最重者", "several kinds of penalty, the heaviest counts"),
    "several_results": Said("多个检查结果，取最重者", "several results, the worst counts"),
    "contradictory_results": Said("检查结果相互矛盾，取最重者", "results contradict each other, the worst counts"),
    "probability_derived": Said("入样概率由抽中数与池数推得", "inclusion probability worked out from drawn and pool"),
    "derived": Said("空值由该行其他内容推得", "left empty, worked out from the rest of the row"),
    "filled": Said("由同一任务的记录补入", "filled from the records of the same task"),
    "since_founding": Said("成立至本次核准按在业补入一个版本", "entered as active from its founding to this approval"),
    "no_own_stamp": Said("缺少获知时间，以交付日期代替", "no stamp of its own, known since the delivery"),
}
"""What had to be put right for a row that was accepted; the row, the column and the code are kept."""
