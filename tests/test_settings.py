"""
Settings are optional, relative to their file, overridden by the environment, and wrong ones are all reported.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.errors import SettingsError
from dashboard.settings import PROJECT, OwnDay, read_calendar, read_settings
from dashboard.settings.model import DEFAULT_TARGETS


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch, tmp_path):
    """
    No settings file in the current folder and none of our variables set.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("DASHBOARD_SETTINGS", "DASHBOARD_SOURCES__CORE__URL"):
        monkeypatch.delenv(name, raising=False)


def write(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def without_a_file(monkeypatch, tmp_path: Path):
    """
    The settings of somebody who has written none.
    """
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return read_settings()


def told(settings) -> str:
    """
    All settings as text, the URLs included.
    """
    urls = [source.url.get_secret_value() for source in settings.sources.values()]
    urls.append(settings.app.database.get_secret_value())
    return f"{settings.model_dump(mode='json')} {urls}"


def problems(file: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(file)
    return [str(problem) for problem in caught.value.problems]


def test_without_a_file_the_demo_is_read():
    """
    No file, no variables: the demo's database, queries and rule.
    """
    settings = read_settings()

    assert settings.sources["core"].queries == PROJECT / "queries" / "demo"
    assert settings.sources["core"].url.get_secret_value() == f"sqlite:///{PROJECT / 'var' / 'demo.db'}"
    assert settings.rules.complaints == "CN-2020-3"
    assert settings.targets == DEFAULT_TARGETS


def test_the_annotated_example_is_the_default(tmp_path, monkeypatch):
    """
    The example, copied to where it belongs, says exactly what holds when there is no file.
    """
    (tmp_path / "queries" / "demo").mkdir(parents=True)
    copied = write(tmp_path, (PROJECT / ".streamlit" / "settings.example.toml").read_text(encoding="utf-8"))
    example, default = read_settings(copied), without_a_file(monkeypatch, tmp_path)

    assert told(example).replace(str(tmp_path), str(PROJECT)) == told(default)


def test_paths_are_relative_to_the_file(tmp_path):
    """
    A file in another folder means its own neighbours, wherever the command is called.
    """
    (tmp_path / "conf" / "sql").mkdir(parents=True)
    file = write(
        tmp_path / "conf",
        '[sources.a]\nurl = "sqlite:///a.db"\nqueries = "sql"\n[snapshot]\npath = "snap"\n'
        '[app]\ndatabase = "sqlite:///own.db"\n',
    )

    settings = read_settings(file)

    assert settings.sources["a"].queries == tmp_path / "conf" / "sql"
    assert settings.sources["a"].url.get_secret_value() == f"sqlite:///{tmp_path / 'conf' / 'a.db'}"
    assert settings.snapshot.path == str(tmp_path / "conf" / "snap")
    assert settings.app.database.get_secret_value() == f"sqlite:///{tmp_path / 'conf' / 'own.db'}"


def test_a_file_in_the_current_folder_is_found(tmp_path):
    """
    settings.toml where the command is called needs no naming.
    """
    write(tmp_path, "[display]\nminimum_cases = 3\n")

    assert read_settings().display.minimum_cases == 3


def test_the_environment_wins(tmp_path, monkeypatch):
    """
    A password never has to be written into a file.
    """
    file = write(tmp_path, "[display]\nminimum_cases = 3\n")
    monkeypatch.setenv("DASHBOARD_SOURCES__CORE__URL", "postgresql://u:secret@db/core")
    monkeypatch.setenv("DASHBOARD_DISPLAY__MINIMUM_CASES", "5")

    settings = read_settings(file)

    assert settings.sources["core"].url.get_secret_value() == "postgresql://u:secret@db/core"
    assert settings.display.minimum_cases == 5
    assert "secret" not in repr(settings)


def test_object_store_urls_are_left_alone(tmp_path):
    """
    An address of an object store is no path.
    """
    assert read_settings(write(tmp_path, '[snapshot]\npath = "s3://bucket/x"\n')).snapshot.path == "s3://bucket/x"


def test_targets_add_to_the_defaults(tmp_path):
    """
    Setting one target leaves the others as they are.
    """
    targets = read_settings(write(tmp_path, "[targets]\ncomplaint_on_time_rate = 0.9\n")).targets

    assert targets == {**DEFAULT_TARGETS, "complaint_on_time_rate": 0.9}


def test_every_problem_is_said_at_once(tmp_path):
    """
    Seven mistakes, seven lines, each with file, key, what was found and what to write.
    """
    file = write(
        tmp_path,
        """
        snapshott = 1
        [sources.core]
        url = "sqlite:///x.db"
        querys = "queries/demo"
        timezone = "Asia/Shangai"
        [display]
        minimum_cases = "7d"
        [snapshot]
        history_months = true
        [targets]
        complaint_on_time_rate = "good"
        """,
    )

    assert problems(file) == [
        f"{file}: sources.core.queries is missing; expected a folder of .sql files, one per fact, "
        'e.g. "queries/demo"',
        f'{file}: sources.core.timezone is "Asia/Shangai"; expected the IANA time zone of timestamps without one, '
        'e.g. "Asia/Shanghai"',
        f'{file}: sources.core.querys is not a setting; did you mean "queries"?',
        f"{file}: snapshot.history_months is true; expected a whole number of months, 0 for everything, e.g. 36",
        f'{file}: display.minimum_cases is "7d"; expected a whole number of cases below which a rate '
        "isn't judged, e.g. 20",
        f'{file}: targets.complaint_on_time_rate is "good"; expected a number for a KPI\'s id, '
        "e.g. complaint_on_time_rate = 0.95",
        f'{file}: snapshott is not a setting; did you mean "snapshot"?',
    ]


def test_a_wrong_variable_is_named(monkeypatch):
    """
    What came from the environment is said to come from there.
    """
    monkeypatch.setenv("DASHBOARD_DISPLAY__MINIMUM_CASES", "soon")
    monkeypatch.setenv("DASHBOARD_SNAPSHOTT__PATH", "x")

    with pytest.raises(SettingsError) as caught:
        read_settings()

    assert [str(problem) for problem in caught.value.problems] == [
        "DASHBOARD_SNAPSHOTT__PATH: is not a setting; did you mean DASHBOARD_SNAPSHOT?",
        'DASHBOARD_DISPLAY__MINIMUM_CASES: display.minimum_cases is "soon"; '
        "expected a whole number of cases below which a rate isn't judged, e.g. 20",
    ]


def test_a_url_is_never_quoted(tmp_path):
    """
    A URL that can't be read may hold a password, so it isn't repeated.
    """
    (tmp_path / "sql").mkdir()
    file = write(tmp_path, '[sources.a]\nurl = "hunter2@nowhere"\nqueries = "sql"\n')

    assert "hunter2" not in "".join(problems(file))


@pytest.mark.parametrize("written", ['"hunter2@nowhere"', '["hunter2"]'])
def test_nor_is_that_of_our_own_database(tmp_path, written):
    """
    Neither a text that is no URL nor something that is no text; what is expected is said.
    """
    said = problems(write(tmp_path, f"[app]\ndatabase = {written}\n"))

    assert "hunter2" not in "".join(said)
    assert "app.database" in said[0]
    assert "SQLAlchemy URL" in said[0]


@pytest.mark.parametrize("text", ["[sources", "a = 'b", "\x00"])
def test_what_is_not_toml_names_the_file(tmp_path, text):
    """
    A slip in the syntax is answered with the file and the line.
    """
    file = write(tmp_path, text)

    assert problems(file)[0].startswith(f"{file}: isn't TOML")


def test_rules_of_ones_own_are_read_as_they_stand(tmp_path):
    """
    A table or a list of versions under [rules.own]; what they mean is for the rules to say.
    """
    file = write(
        tmp_path,
        '[rules]\ncomplaints = "ours"\n[rules.own.guide-30]\nlimit = { n = 20, unit = "cd" }\n'
        "[[rules.own.ours]]\nkind = 'internal'\n[[rules.own.ours]]\nkind = 'law'\n",
    )
    rules = read_settings(file).rules

    assert rules.own == {
        "guide-30": {"limit": {"n": 20, "unit": "cd"}},
        "ours": [{"kind": "internal"}, {"kind": "law"}],
    }
    assert rules.complaints == "ours"


def with_calendar(tmp_path: Path, text: str | bytes) -> Path:
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "days.csv").write_bytes(content)
    return write(tmp_path, '[business]\ncalendar = "days.csv"\n')


def test_a_calendar_lies_beside_its_settings(tmp_path):
    """
    Relative to the settings file; empty lines, spaces, a byte-order mark and names with commas do no harm.
    """
    first, others = '2027-02-06,FALSE,"Spring Festival, first day"\n', "2027-02-14, yes\n2027-02-20,1,\n"
    text = f"\ufeffday, is_working, name\n{first}\n{others}"
    settings = read_settings(with_calendar(tmp_path, text))

    assert settings.business.calendar == tmp_path / "days.csv"
    assert read_calendar(settings.business.calendar) == [
        OwnDay(date(2027, 2, 6), is_working=False, name="Spring Festival, first day"),
        OwnDay(date(2027, 2, 14), is_working=True, name=None),
        OwnDay(date(2027, 2, 20), is_working=True, name=None),
    ]


def test_every_slip_in_a_calendar_is_said_with_its_line(tmp_path):
    """
    Bad days, unknown truths, a day that stands there twice, too many values: all at once.
    """
    file = with_calendar(
        tmp_path,
        "day,is_working,name\n"
        "2027-02-30,no,\n"
        "20270206,no,\n"
        "1899-12-31,no,\n"
        "2027-02-06,perhaps,\n"
        "2027-02-07,no,first\n"
        "2027-02-07,yes,second\n"
        "2027-02-08,no,Spring, Festival\n"
        ",,\n",
    )
    days = tmp_path / "days.csv"

    assert problems(file) == [
        f'{days}:2: day is "2027-02-30"; expected a day from 1900 to 2200, e.g. 2026-02-17',
        f'{days}:3: day is "20270206"; expected a day from 1900 to 2200, e.g. 2026-02-17',
        f'{days}:4: day is "1899-12-31"; expected a day from 1900 to 2200, e.g. 2026-02-17',
        f'{days}:5: is_working is "perhaps"; expected true or false',
        f"{days}:7: 2027-02-07 stands in line 6 already; keep one of the two",
        f'{days}:8: has more values than the heading; put a name with a comma into quotes: "a, b"',
        f'{days}:9: day is ""; expected a day from 1900 to 2200, e.g. 2026-02-17',
        f'{days}:9: is_working is ""; expected true or false',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "day,working\n",
            ['days.csv:1: "working" is no column of a calendar; did you mean "is_working"?', "is_working"],
        ),
        ("", ['days.csv:1: the heading needs "day" once; write day,is_working,name', "is_working"]),
        ("day,day,is_working\n", ['days.csv:1: the heading needs "day" once']),
        (b"day,is_working,name\n2027-02-06,no,\xb4\xba\n", ["days.csv: can't be read"]),
    ],
    ids=["an unknown column", "an empty file", "a column twice", "not UTF-8"],
)
def test_a_calendar_needs_its_heading(tmp_path, text, said):
    """
    Without it no line can be understood, so nothing else is said.
    """
    found = problems(with_calendar(tmp_path, text))

    assert len(found) == len(said)
    assert all(part in line for part, line in zip(said, found, strict=True))


def test_a_calendar_that_isn_t_there_is_an_error(tmp_path):
    """
    Not the country's calendar in silence.
    """
    file = write(tmp_path, '[business]\ncalendar = "none.csv"\n')

    assert problems(file) == [
        f"{file}: business.calendar is 'none.csv', and {tmp_path / 'none.csv'} is no file; "
        "write a CSV file with the columns day,is_working,name"
    ]


@pytest.mark.parametrize(("country", "is_right"), [("GB", True), ("GB-ENG", True), ("gb", False), ("GB-", False)])
def test_a_country_may_name_its_part(tmp_path, country, is_right):
    """
    Where holidays differ within a country.
    """
    file = write(tmp_path, f'[business]\ncountry = "{country}"\n')

    if is_right:
        assert read_settings(file).business.country == country
    else:
        assert "business.country" in problems(file)[0]


def test_a_named_file_must_exist(tmp_path):
    """
    A file that is asked for and not there is an error, not the demo.
    """
    assert "there is no such file" in problems(tmp_path / "none.toml")[0]
