"""Files are written whole or not at all, whoever else writes them at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulation import InputError
from simulation.files import write_bytes_whole, write_whole
from simulation.intake.excel import FormColumn, FormSheet, write_form


def test_many_threads_that_write_one_file_leave_one_of_their_texts(tmp_path):
    """Never a mixture, never an error, and no part is left behind."""
    path, texts, start = tmp_path / "x.txt", [str(i) * 200_000 for i in range(8)], threading.Barrier(8)

    def write(text: str) -> None:
        start.wait()
        for _ in range(10):
            write_whole(path, text)
            assert path.read_text() in texts

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, texts))
    assert path.read_text() in texts and [p.name for p in tmp_path.iterdir()] == ["x.txt"]


def test_text_is_written_as_it_is(tmp_path):
    """UTF-8 without a mark, line ends untouched, folders made."""
    write_whole(tmp_path / "a" / "b" / "x.txt", "é\r\nb\n")
    assert (tmp_path / "a" / "b" / "x.txt").read_bytes() == "é\r\nb\n".encode()


def test_the_longest_name_the_disk_allows_can_be_written(tmp_path):
    """The part's name is cut, not the file's."""
    write_whole(tmp_path / ("x" * 255), "text")
    assert (tmp_path / ("x" * 255)).read_text() == "text"


def test_what_cannot_be_written_leaves_the_old_file_and_no_part(tmp_path):
    """A problem by name where one is asked for, the system's error otherwise."""
    (tmp_path / "x").mkdir()
    with pytest.raises(InputError) as raised:
        write_bytes_whole(tmp_path / "x", b"text", "excel_not_written")
    assert [problem.code for problem in raised.value.problems] == ["excel_not_written"]
    with pytest.raises(OSError):
        write_bytes_whole(tmp_path / "x", b"text")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_form_that_cannot_be_written_is_a_named_problem(tmp_path):
    """The same door for forms."""
    (tmp_path / "form.xlsx").mkdir()
    with pytest.raises(InputError) as raised:
        write_form(tmp_path / "form.xlsx", "Form", ["Fill in"], [FormSheet("Sheet", (FormColumn("Name"),))])
    assert [problem.code for problem in raised.value.problems] == ["form_not_written"]
