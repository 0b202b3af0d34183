"""More processes of an installation, beside those that run: the same databases, broker, files and secrets."""

from pathlib import Path

from deploy.environment import ROOT
from deploy.local.processes import free_port
from deploy.local.stack import Stack


def beside(stack: Stack, code: Path = ROOT) -> Stack:
    """A stack with ports of its own, whose processes speak to each other. Mails have links to the first portal."""
    found = Stack(stack.directory, stack.servers, free_port(), stack.mail_port, stack.vhost)
    found.ports = {name: free_port() for name in stack.ports}
    found.code = code
    found.environment["PORTICO_PUBLIC_URL"] = stack.environment["PORTICO_PUBLIC_URL"]
    return found
