"""Opens pages in a headless Chromium and uses them as a reader does.

    python3 Tests/Page/check_page.py .build/release/sigmascope [FOLDER_FOR_PICTURES]

Skipped where no Chromium is installed (CHROMIUM names another one).
"""

import base64
import pathlib
import subprocess
import sys
import tempfile

import browser

ROOT = pathlib.Path(__file__).resolve().parents[2]
failures = []


def check(holds, words):
    print(("ok      " if holds else "FAILED  ") + words)
    if not holds:
        failures.append(words)


def picture(page, folder, name):
    if folder:
        data = page.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        (folder / f"{name}.png").write_bytes(base64.b64decode(data))


ROWS = "[...document.querySelectorAll('#table tbody tr')]"
FIRST = f"{ROWS}.map(row => row.cells[0].textContent)"


def check_overview(page):
    def names():
        return page.evaluate("[...document.querySelectorAll('#runs tbody th a')].map(a => a.textContent)")

    def click(column):
        page.evaluate(f"document.querySelector('#runs thead th:nth-child({column}) button').click()")

    check(len(names()) == 5, "the overview has a row for each run")
    click(1)
    check(names() == sorted(names()), "a click on the head sorts")
    click(1)
    check(names() == sorted(names(), reverse=True), "a second click sorts the other way")
    check("runs-sort=" in page.evaluate("location.hash"), "the order is in the address")
    check(page.evaluate("document.querySelector('#runs th[aria-sort]').ariaSort") == "descending",
          "the head says how it is sorted")
    page.evaluate("document.querySelector('#runs tbody a').click()")
    check(page.evaluate(f"$('card-{names()[0]}').open"), "a run's name opens its card")


def check_table(page, address):
    rows = page.evaluate(FIRST)
    check(len(rows) == 14, "the table has a row for each module")
    page.evaluate("$('filter').value = 'q_proj'; $('filter').dispatchEvent(new Event('input'))")
    check(page.evaluate(FIRST) != rows and all("q_proj" in name for name in page.evaluate(FIRST)),
          "the filter leaves what it names")
    page.evaluate("document.querySelector('#table thead th:nth-child(1) button').click()")
    names = page.evaluate(FIRST)
    check(names == sorted(names), "names are sorted from the first to the last")
    page.evaluate("$('run').value = 3; $('run').dispatchEvent(new Event('change'))")
    page.evaluate("$('step').value = 2; $('step').dispatchEvent(new Event('input'))")
    page.evaluate("$('choices').querySelector('input[value=top_share]').click()")
    state = "[$('run').value, $('stepname').textContent, $('filter').value," \
        "document.querySelector('#table thead').textContent]"
    before, rows = page.evaluate(state), page.evaluate(f"{ROWS}.map(row => row.textContent)")
    check("top share" in before[3], "a chosen column appears")
    page.open(address + page.evaluate("location.hash"))
    check(page.evaluate(state) == before and page.evaluate(f"{ROWS}.map(row => row.textContent)") == rows,
          "run, step, filter, order and columns come back from the address")
    page.open(address + "#run=nobody&step=-1&sort=x&columns=%00&module=none&map=y&runs-sort=99")
    check(len(page.evaluate(FIRST)) == 14, "an address that names nothing does no harm")


def check_module(page, address):
    page.open(address)
    page.evaluate(f"{ROWS}[2].focus()")
    name = page.evaluate(f"{ROWS}[2].cells[0].textContent")
    page.key("Enter")
    drawer = "document.querySelector('#drawer')"
    check(not page.evaluate(f"{drawer}.hidden") and page.evaluate("$('drawername').textContent") == name,
          "Enter on a row opens its module")
    check(page.evaluate(f"{drawer}.querySelectorAll('svg.plot[role=img]').length") >= 8,
          "a module shows spectra, projection and histories")
    check(page.evaluate(f"{drawer}.textContent.includes('chance')"), "a module shows chance")
    check(page.evaluate(f"{drawer}.querySelectorAll('table thead th').length") >= 8,
          "a module has its numbers at every step")
    hash_ = page.evaluate("location.hash")
    page.open(address + hash_)
    check(page.evaluate("$('drawername').textContent") == name, "the open module comes back from the address")
    box = page.evaluate(f"(b => [b.left + b.width / 2, b.top + b.height / 2])"
                        f"({drawer}.querySelector('.frame').getBoundingClientRect())")
    page.move(*box)
    text = page.evaluate("$('tip').hidden ? '' : $('tip').textContent")
    check("base weight" in text and "update" in text, "a curve tells its values under the pointer")
    page.key("Escape")
    check(page.evaluate(f"{drawer}.hidden"), "Esc closes the module")
    check("module=" not in page.evaluate("location.hash"), "a closed module leaves the address")
    page.evaluate("document.querySelector('#map .cell').focus()")
    page.key("ArrowRight")
    check(page.evaluate("document.activeElement.dataset.column") == "1", "arrow keys move over the map")
    page.key("Enter")
    check(page.evaluate("document.activeElement.id") == "drawer", "Enter on a cell opens its module")
    page.key("Escape")


def check_popovers(page):
    page.evaluate("document.querySelector('#columns').open = true")
    page.key("Escape")
    check(not page.evaluate("document.querySelector('#columns').open"), "Esc closes the choice of columns")
    page.evaluate("document.querySelector('#columns').open = true;"
                  "document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))")
    check(not page.evaluate("document.querySelector('#columns').open"), "a click outside closes it")
    page.evaluate("document.querySelector('#table .info').focus()")
    check("Range" in page.evaluate("$('tip').textContent"), "a column's mark says what it means")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('#plots .frame').scrollIntoView({block: 'center'})")
    box = page.evaluate("(b => [b.left + b.width / 2, b.top + b.height / 2])"
                        "(document.querySelector('#plots .frame').getBoundingClientRect())")
    page.move(*box)
    check("at " in page.evaluate("$('tip').textContent"), "a plot tells its values under the pointer")
    page.move(1, 1)


def cut(page, what):
    """How many of these boxes hide a part at the right."""
    return page.evaluate(f"[...document.querySelectorAll('{what}')].filter("
                         "box => box.scrollWidth > box.clientWidth + 1).length")


def check_looks(page, address, folder, name):
    paper = "getComputedStyle(document.body).backgroundColor"
    for scheme, color in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 22, 28)")):
        page.media(scheme=scheme)
        page.size(1440, 1000)
        page.open(address)
        check(page.evaluate(paper) == color, f"{name}: {scheme} as the system asks")
        picture(page, folder, f"{name}-{scheme}")
    page.evaluate("$('theme').click()")
    check(page.evaluate(paper) == "rgb(255, 255, 255)", f"{name}: the button changes the theme")
    page.media(scheme="light")
    for width in (400, 768, 1280, 1440):
        page.size(width, 900, mobile=width < 500)
        page.open(address)
        check(page.evaluate("document.documentElement.scrollWidth") <= width,
              f"{name}: nothing overflows at {width} pixels")
        if width >= 1280:
            check(cut(page, ".tablewrap, .scroll") == 0, f"{name}: no table and no picture is cut at {width} pixels")
        if width == 400:
            picture(page, folder, f"{name}-phone")
    page.size(1440, 1000)
    page.open(address)
    page.media(media="print", scheme="dark")
    check(page.evaluate(paper) == "rgb(255, 255, 255)", f"{name}: print is light")
    page.size(1040, 700)
    check(page.evaluate("document.documentElement.scrollWidth") <= 1040,
          f"{name}: a landscape sheet loses no column")
    if folder:
        data = page.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        (folder / f"{name}-print.pdf").write_bytes(base64.b64decode(data))
    page.media()


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    path = browser.find()
    if not path:
        print("skipped: no Chromium is installed")
        return
    with tempfile.TemporaryDirectory() as work:
        data = ROOT / "notebooks-data"
        subprocess.run([program, "analyze", data / "tiny-qwen2-grpo/runs", "--jobs", "1", "--no-cache", "--quiet",
                        "--out", f"{work}/analysis"], check=True)
        subprocess.run([program, "compare", *sorted((data / "trl-scratchpad").glob("*-seed*")), "--base",
                        data / "base-scratchpad", "--jobs", "1", "--no-cache", "--quiet",
                        "--out", f"{work}/comparison"], check=True)
        subprocess.run([program, "system", "run", "rolora-linear", "--quiet", "--out", f"{work}/system"], check=True)
        page = browser.Browser(path)
        try:
            address = f"file://{work}/analysis/report.html"
            page.size(1440, 1000)
            page.open(address)
            check_overview(page)
            page.open(address)
            check_table(page, address)
            check_module(page, address)
            check_popovers(page)
            check_looks(page, address, folder, "analysis")
            check_looks(page, f"file://{work}/comparison/report.html", folder, "comparison")
            address = f"file://{work}/system/report/report.html"
            check_looks(page, address, folder, "system")
            page.size(400, 900, mobile=True)
            page.open(address)
            check(cut(page, ".tablewrap") == 0, "system: no table is cut on a phone")
            for fault in page.faults():
                check(False, f"the browser complains: {fault['params']}")
        finally:
            page.close()
    if failures:
        sys.exit(f"{len(failures)} checks failed")


main()
