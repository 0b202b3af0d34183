import gc

gc.disable()  # nothing that is imported becomes garbage: looking for some takes a tenth of the start

from deploy.cli.main import app  # noqa: E402

gc.freeze()
gc.enable()

app(prog_name="portico")
