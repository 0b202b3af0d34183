import gc

gc.disable()  # nothing that is imported becomes garbage: looking for some takes a tenth of the start

from deploy.cli.main import app  # noqa: E402
from shared import logs  # noqa: E402

gc.freeze()
gc.enable()

logs.configure("portico")  # to stderr; what a command says to its operator is on stdout

app(prog_name="portico")
