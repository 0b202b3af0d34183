import gc

gc.disable()  # imports leave no garbage, and the collector would take a tenth of the start-up time

from deploy.cli.main import app  # noqa: E402
from shared import logs  # noqa: E402

gc.freeze()
gc.enable()

logs.configure("portico")  # to stderr; what a command says to its operator is on stdout

app(prog_name="portico")
