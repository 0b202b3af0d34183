"""The job that tells of attempts that were not told of at once."""

from shared.attempts.service import tell_of_the_rest
from shared.events.attempts import AttemptEvent
from shared.jobs import Job, JobContext
from shared.origin import Origin
from shared.outbox import Cause


def telling_job(event: type[AttemptEvent]) -> Job:
    """The job of the service with this event."""

    async def tell_of_refused_attempts(job: JobContext) -> int:
        def cause(origin: Origin) -> Cause:
            return origin.cause(job.now)

        async with job.sessions.begin() as session:
            return await tell_of_the_rest(session, event, cause, now=job.real_now)

    return tell_of_refused_attempts
