from deploy.local.stack import Stack

PROVIDER: tuple[str, ...] = ()
SIGN_IN_HINTS: dict[str, str] = {}


async def load(stack: Stack) -> None: ...
