"""Writes docs/full-study.ipynb: `python make_notebook.py`, then `jupyter execute full-study.ipynb` to run it. Needs nbformat."""

from pathlib import Path

import nbformat

CELLS = [
    ("markdown", "# The full study, by hand\n\nThe data of `notebooks-data/full-study` with pandas and matplotlib: the pictures of "
     "[the story](studies/spectral-collapse.md) and a place to ask your own questions."),
    ("code", "import matplotlib.pyplot as plt\nimport pandas as pd\n\ndata = \"../notebooks-data/full-study\"\n"
     "runs = pd.read_csv(f\"{data}/runs.csv\")\nsteps = pd.read_csv(f\"{data}/steps.csv\")\ncurves = pd.read_csv(f\"{data}/curves.csv\")\n"
     "claims = pd.read_csv(f\"{data}/claims.csv\")\nlen(runs), runs.arm.nunique(), sorted(runs.learning_rate.unique())"),
    ("markdown", "## What each start reaches at each learning rate"),
    ("code", "table = runs.pivot_table(index=\"arm\", columns=\"learning_rate\", values=\"final_score\")\ntable.round(2)"),
    ("code", "figure, axes = plt.subplots(figsize=(7, 4))\n"
     "for arm in [\"lora\", \"dora\", \"pissa\", \"milora\", \"rlpo\", \"full\"]:\n"
     "    part = runs[runs.arm == arm].groupby(\"learning_rate\").final_score.mean()\n    axes.semilogx(part.index, part, marker=\"o\", label=arm)\n"
     "axes.axhline(runs.start_score.mean(), color=\"grey\", linestyle=\"--\")\naxes.set(xlabel=\"learning rate\", ylabel=\"accuracy at the end\")\naxes.legend();"),
    ("markdown", "## Dropout on the adapter path"),
    ("code", "runs[runs.dropout > 0].pivot_table(index=\"arm\", columns=\"learning_rate\", values=\"final_score\").round(2)"),
    ("markdown", "## How the weights move, beside how the policy moves"),
    ("code", "early = steps[steps.step == 10].merge(runs[[\"run\", \"arm\", \"collapsed\"]], on=\"run\", suffixes=(\"\", \"_run\"))\n"
     "kl = curves[(curves.name == \"kl_step\") & (curves.step <= 10)].groupby(\"run\").value.median().rename(\"kl\")\n"
     "early = early.merge(kl, on=\"run\")\nfigure, axes = plt.subplots(figsize=(7, 4))\n"
     "for collapsed, part in early.groupby(\"collapsed\"):\n    axes.loglog(part.relative_update_norm, part.kl, \".\", label=\"collapsed\" if collapsed else \"alive\")\n"
     "axes.set(xlabel=\"size of the update after 10 steps\", ylabel=\"divergence of an early update, nats a token\")\naxes.legend();"),
    ("markdown", "## The claims"),
    ("code", "pd.set_option(\"display.max_colwidth\", 200)\nclaims[[\"number\", \"claim\", \"verdict\", \"measured\"]]"),
]


def main() -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    for index, (kind, text) in enumerate(CELLS):
        cell = nbformat.v4.new_markdown_cell(text) if kind == "markdown" else nbformat.v4.new_code_cell(text)
        cell["id"] = f"cell-{index}"
        notebook.cells.append(cell)
    nbformat.write(notebook, Path(__file__).parent / "full-study.ipynb")


if __name__ == "__main__":
    main()
