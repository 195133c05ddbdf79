"""A script, with some of its words changed, as the checker sees it."""

from backlit.scripts.check_file import check_script


def told(tmp_path, source, *changes):
    """Return the report on ``source`` with the first of each pair of words, which must be there, made the second."""
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    path = tmp_path / "net.py"
    path.write_text(source, encoding="utf-8")
    return check_script(path)
