import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from consensus_playground.widget import Stage

    return Stage, mo


@app.cell
def _(Stage, mo):
    stage = mo.ui.anywidget(Stage("protocol raft\nreplicas 3\nrun 5s\n"))
    stage
    return (stage,)


@app.cell
def _(mo, stage):
    mo.md(f"The stage is at event **{stage.value['event']}**.")
    return


if __name__ == "__main__":
    app.run()
