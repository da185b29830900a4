"""Packing an export into one file."""

import io
import zipfile

from connector.export.site import Files

BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the same bytes each time


def archive(files: Files) -> bytes:
    """Pack files into a zip: the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, date_time=BEGINNING)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, files[path])
    return packed.getvalue()
