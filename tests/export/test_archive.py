import io
import zipfile

from connector.export import archive


def test_an_archive_holds_the_files_and_is_the_same_each_time():
    files = {"b/é.txt": "zwei\n", "a.txt": "one"}
    packed = archive(files)
    assert packed == archive(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(packed)) as whole:
        assert {name: whole.read(name).decode() for name in whole.namelist()} == files
