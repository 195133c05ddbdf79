"""A page as a notebook's output: run by a kernel, exported by nbconvert, opened with the network off, still alive."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import backlit as bl
from backlit.files.atomic import write_whole

CELL = """
import backlit as bl
net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
net.page([0.1, 0.3], 1, learning_rate=0.5)
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The notebook, run, saved, read again and exported."""
    folder = tmp_path_factory.mktemp("notebook")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(book, folder / "page.ipynb")
    html, _ = HTMLExporter().from_filename(str(folder / "page.ipynb"))
    write_whole(folder / "page.html", html.encode("utf-8"))
    return folder / "page.html"


def test_the_exported_page_works_without_kernel_and_network(browser, exported):
    context = browser.new_context(offline=True)
    tab = context.new_page()
    tab.goto(exported.as_uri(), wait_until="domcontentloaded")
    frame = tab.frame_locator("iframe[title=backlit]")
    frame.locator(".panel h2").wait_for(timeout=30_000)
    for _ in range(8):
        frame.get_by_role("button", name="Next").click()
    assert "Hidden error term" in frame.locator(".panel").inner_text()
    assert "=0.003" in frame.locator(".panel .formula").last.text_content().replace(" ", "")
    # keys belong to the page that has the focus, and a link without an address of its own is still handed on
    frame.get_by_role("button", name="Hand on").click()
    assert frame.locator(".hand-on textarea").input_value().startswith("#sizes=2-1-1")
    context.close()


def test_the_saved_output_is_the_page(exported):
    book = nbformat.read(exported.with_suffix(".ipynb"), as_version=4)
    (output,) = book.cells[0].outputs
    net = bl.Network.from_weights([[[0.4], [-0.2]], [[0.1]]])
    assert output["data"]["text/html"] == net.page([0.1, 0.3], 1, learning_rate=0.5)._repr_html_()
    assert output["data"]["text/plain"].startswith("Page of")
